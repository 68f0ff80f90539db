import { styleText } from 'node:util';
import truncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { Row } from './board.ts';
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
  const cut = (text: string): string => truncate(text, frame.columns);
  const head = headOf(frame);
  const room = frame.lines - head.length;
  const depth = [3, 2, 1].find((most) => depthOf(frame.rows, most) <= room) ?? 1;
  const body = frame.rows.flatMap((row) => linesOf(row, frame).slice(0, depth));
  const hidden = body.length - room;
  const shown = hidden > 0 ? [...body.slice(0, room - 1), `  … and ${hidden + 1} more`] : body;
  return [...head, ...shown].map(cut).join('\n');
}

function headOf({ title, hint, notices, rows, columns, colours }: Frame): string[] {
  const paint = painter(colours);
  const hints = hint === '' ? [] : hint.split('\n').map((line) => paint('cyan', printable(line)));
  const noted = notices.map((notice) => paint('yellow', printable(notice)));
  const names = ['', 'STATE', 'CONNECTION', 'SINCE', 'RUN', 'PID', 'DIED', 'MODULE SAYS'];
  const header = line(
    names.map((text) => ({ text, style: 'gray' })),
    widthsOf(rows, columns),
    paint,
  );
  return [paint('bold', printable(title)), ...hints, ...noted, header];
}

function depthOf(rows: readonly Row[], most: number): number {
  return rows.reduce((sum, row) => sum + Math.min(most, 1 + pastOf(row).length), 0);
}

/** The connection in one line, and below it how it crashed and what happened last. */
function linesOf(row: Row, { rows, columns, now, colours }: Frame): string[] {
  const paint = painter(colours);
  const past = pastOf(row).map(({ at, text }, index) => {
    const style = index === 0 && row.lastCrash !== null ? 'red' : 'gray';
    return `    ${paint('gray', timeOfDay(at))} ${paint(style, printable(text))}`;
  });
  return [line(cellsOf(row, now), widthsOf(rows, columns), paint), ...past];
}

function pastOf({ lastCrash, lastEvent }: Row) {
  return [lastCrash, lastEvent].filter((happening) => happening !== null);
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
  return { text: status.state === 'ready' ? '' : printable(reason ?? ''), style: 'red' };
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
    const fitting = truncate(text, width);
    return paint(style, fitting) + ' '.repeat(width - stringWidth(fitting));
  });
  return parts.join(' ').trimEnd();
}

type Paint = (style: Style, text: string) => string;

function painter(colours: boolean): Paint {
  return (style, text) =>
    colours && style !== 'reset' && text !== '' ? styleText(style, text, { validateStream: false }) : text;
}
