import { styleText } from 'node:util';
import truncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { Happening, Row } from './board.ts';
import { duration, printable, stateName, timeOfDay } from './words.ts';

type Style = Parameters<typeof styleText>[0];

/** Everything a picture of the table depends on. */
export interface Frame {
  readonly rows: readonly Row[];
  readonly title: string;
  /** What to try, or what goes on; may have several lines. */
  readonly hint: string;
  readonly notices: readonly string[];
  readonly now: number;
  readonly columns: number;
  readonly lines: number;
  readonly colours: boolean;
}

interface Cell {
  readonly text: string;
  readonly style: Style;
}

const looks: Readonly<Record<string, { readonly mark: string; readonly style: Style }>> = {
  ready: { mark: '●', style: 'green' },
  suspect: { mark: '◐', style: 'yellow' },
  failed: { mark: '✗', style: 'red' },
  misconfigured: { mark: '✗', style: 'red' },
  backingOff: { mark: '◌', style: 'red' },
  puttingDown: { mark: '◌', style: 'red' },
  disabled: { mark: '–', style: 'gray' },
  removed: { mark: '–', style: 'gray' },
};

/** Draws the table in at most `lines` lines of at most `columns` columns: the more room, the more of each connection. */
export function drawTable(frame: Frame): string {
  const head = headOf(frame);
  const room = frame.lines - head.length;
  const blocks = frame.rows.map((row) => linesOf(row, frame));
  const depth = [4, 3, 2, 1].find((most) => sum(blocks.map(({ length }) => Math.min(length, most))) <= room);
  const body = blocks.flatMap((block) => block.slice(0, depth ?? 1));
  const hidden = body.length - room;
  const shown = hidden > 0 ? [...body.slice(0, room - 1), `  … and ${hidden + 1} more`] : body;
  return [...head, ...shown].map((text) => fit(text, frame.columns)).join('\n');
}

/** A wide character at the cut may stick out by one column. */
function fit(text: string, width: number): string {
  const cut = truncate(text, width);
  return stringWidth(cut) <= width ? cut : truncate(text, width - 1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function headOf({ title, hint, notices, rows, columns, colours }: Frame): string[] {
  const paint = painter(colours);
  const hints = hint === '' ? [] : hint.split('\n').map((text) => paint('cyan', printable(text)));
  const noted = notices.map((notice) => paint('yellow', printable(notice)));
  const names = ['', 'STATE', 'CONNECTION', 'SINCE', 'RUN', 'PID', 'DIED', 'MODULE SAYS'];
  const header = line(
    names.map((text) => ({ text, style: 'gray' })),
    widthsOf(rows, columns),
    paint,
  );
  return [paint('bold', printable(title)), ...hints, ...noted, header];
}

/** The connection in one line, and below it how it crashed and what happened last. */
function linesOf(row: Row, { rows, columns, now, colours }: Frame): string[] {
  const paint = painter(colours);
  const first = line(cellsOf(row, now), widthsOf(rows, columns), paint);
  const { lastCrash, lastEvent, status } = row;
  const crash = lastCrash === null ? [] : past(lastCrash, 'red', paint);
  // What nobody but a person can mend is told in full.
  const event = isStuck(status) ? pastInFull(lastEvent, columns, paint) : past(lastEvent, 'gray', paint);
  return [first, ...crash, ...event];
}

function isStuck({ state }: Row['status']): boolean {
  return state === 'failed' || state === 'misconfigured';
}

function past(happening: Happening | null, style: Style, paint: Paint): string[] {
  if (happening === null) return [];
  return [`    ${paint('gray', timeOfDay(happening.at))} ${paint(style, printable(happening.text))}`];
}

function pastInFull(happening: Happening | null, columns: number, paint: Paint): string[] {
  if (happening === null) return [];
  const [first = '', ...rest] = wrapped(printable(happening.text), Math.max(20, columns - 13));
  return [
    ...past({ ...happening, text: first }, 'red', paint),
    ...rest.map((text) => ' '.repeat(13) + paint('red', text)),
  ];
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trimStart();
    if (lines.length > 0 && stringWidth(longer) <= width) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines;
}

function cellsOf(row: Row, now: number): Cell[] {
  const { id, state, since, incarnation, pid } = row.status;
  const { mark, style } = looks[state] ?? { mark: '◔', style: 'yellow' };
  return [
    { text: mark, style },
    { text: stateName(state), style },
    { text: printable(id), style: 'bold' },
    { text: duration(now - since), style: 'reset' },
    { text: incarnation === 0 ? '' : `#${incarnation}`, style: 'reset' },
    { text: pid === null ? '–' : String(pid), style: 'reset' },
    { text: row.crashes === 0 ? '' : String(row.crashes), style: 'red' },
    says(row, now),
  ];
}

/** What the module says while it lives; else what happens next. */
function says({ status, says: said }: Row, now: number): Cell {
  const { step, nextRetryAt, deadlineAt, reason } = status;
  if (nextRetryAt !== null) return { text: `next start in ${duration(nextRetryAt - now)}`, style: 'yellow' };
  if (step !== null)
    return {
      text: `${step}${deadlineAt === null ? '' : `, ${duration(deadlineAt - now)} left`}`,
      style: 'yellow',
    };
  if (said !== null) return { text: printable(said.text), style: styleOf[said.level] };
  return { text: status.state === 'ready' || isStuck(status) ? '' : printable(reason ?? ''), style: 'red' };
}

const styleOf = { ok: 'green', warning: 'yellow', error: 'red' } as const;

function widthsOf(rows: readonly Row[], columns: number): number[] {
  const longest = Math.max(10, ...rows.map(({ status }) => stringWidth(printable(status.id))));
  return [1, 13, Math.min(longest, columns < 100 ? 16 : 32), 6, 4, 7, 4];
}

/** The last cell takes what is left. */
function line(cells: readonly Cell[], widths: readonly number[], paint: Paint): string {
  const parts = cells.map(({ text, style }, index) => {
    const width = widths[index];
    if (width === undefined) return paint(style, text);
    const fitting = fit(text, width);
    return paint(style, fitting) + ' '.repeat(Math.max(0, width - stringWidth(fitting)));
  });
  return parts.join(' ').trimEnd();
}

type Paint = (style: Style, text: string) => string;

function painter(colours: boolean): Paint {
  return (style, text) =>
    colours && style !== 'reset' && text !== '' ? styleText(style, text, { validateStream: false }) : text;
}
