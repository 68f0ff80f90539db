import stringWidth from 'string-width';
import type { Row } from './board.ts';
import { counted } from './looks.ts';
import type { Paint } from './paint.ts';
import { printable } from './words.ts';

const barLength = 12;

/** What the first line tells. */
interface Headline {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Empty if that isn't told. */
  readonly upFor: string;
  readonly columns: number;
}

/**
 * How all of them are, in one line: how many are ready of those that are wanted, and how many are not, by what they are. Where that doesn't fit it
 * does without our name first, without the bar then, and without the time last.
 */
export function headline({ title, rows, upFor, columns }: Headline, paint: Paint): string {
  const wanted = rows.filter(({ status }) => status.wanted);
  const ready = wanted.filter(({ status }) => status.state === 'ready').length;
  const others = counted(rows.filter(({ status }) => status.state !== 'ready'));
  const counts = [total(rows, wanted, ready, paint), ...others.map(({ text, style }) => paint(style, text))];
  const line = (name: string, progress: string, time: string): string =>
    [paint('bold', name), `${progress}${counts.join(' · ')}`, time].filter((part) => part !== '').join(' · ');
  const progress = bar(wanted, ready, paint);
  const name = printable(title);
  const lines = [
    line(`greenroom · ${name}`, progress, upFor),
    line(name, progress, upFor),
    line(name, '', upFor),
  ];
  return lines.find((each) => stringWidth(each) <= columns) ?? line(name, '', '');
}

function total(rows: readonly Row[], wanted: readonly Row[], ready: number, paint: Paint): string {
  const alive = rows.filter(({ status }) => status.alive).length;
  if (wanted.length === 0) return paint('bold', `${alive} alive`);
  return paint(ready === wanted.length ? 'green' : 'bold', `${ready} of ${wanted.length} ready`);
}

/** How far they have come, while some are on their way. */
function bar(wanted: readonly Row[], ready: number, paint: Paint): string {
  const isStarting = wanted.some(({ status }) => starting.has(status.state));
  if (!isStarting) return '';
  const full = Math.floor((ready / wanted.length) * barLength);
  return `${paint('green', '━'.repeat(full))}${paint('gray', '╌'.repeat(barLength - full))} `;
}

const starting: ReadonlySet<string> = new Set([
  'replacing',
  'queued',
  'preparing',
  'spawning',
  'registering',
  'takingOver',
  'initialising',
]);
