import type { Row } from './board.ts';
import { headline } from './head.ts';
import { counted, isCalm } from './looks.ts';
import { fit, inColumns, painter, type Paint } from './paint.ts';
import { columnsFor, linesOf } from './row-lines.ts';
import { printable } from './words.ts';

/** Everything a picture of the table depends on. */
export interface Frame {
  /** The worst first. */
  readonly rows: readonly Row[];
  readonly title: string;
  /** How long it has been going on, in words; empty if that is not told. */
  readonly upFor: string;
  /** What the column of `crashes` is called. */
  readonly deaths: string;
  /** What to try, or what goes on; may have several lines. */
  readonly hint: string;
  readonly notices: readonly string[];
  readonly now: number;
  readonly columns: number;
  readonly lines: number;
  readonly colours: boolean;
}

/** How many lines those that want somebody get, and the others: the more room, the more. */
const depths: readonly [Depth, ...Depth[]] = [
  [9, 4],
  [9, 3],
  [9, 2],
  [9, 1],
  [3, 1],
  [2, 1],
  [1, 1],
];
/** What part of a table that is too small those may take that want somebody, with their causes. */
const troubledShare = 2 / 3;

/** Draws the table in at most `lines` lines of at most `columns` columns. */
export function drawTable(frame: Frame): string[] {
  const paint = painter(frame.colours);
  const head = headOf(frame, paint);
  const body = bodyOf(frame, frame.lines - head.length, paint);
  return [...head, ...body].slice(0, frame.lines).map((text) => fit(text, frame.columns));
}

function headOf(frame: Frame, paint: Paint): string[] {
  const { title, rows, upFor, hint, notices, columns, deaths } = frame;
  const hints = hint === '' ? [] : hint.split('\n').map((text) => paint('cyan', printable(text)));
  const noted = notices.flatMap((text) => noticeLines(text, columns)).map((text) => paint('yellow', text));
  const layout = columnsFor(rows, columns, deaths);
  const names = layout.names.map((text) => ({ text, style: 'gray' }) as const);
  const first = headline({ title, rows, upFor, columns }, paint);
  return [first, ...hints, ...noted, inColumns(names, layout.widths, paint)];
}

/** Half a link opens nothing, so a link goes on in the next line; browsers take it with the break in it. */
function noticeLines(notice: string, columns: number): string[] {
  const text = printable(notice);
  if (!/https?:\/\//.test(text)) return [text];
  const count = Math.ceil(text.length / columns);
  return Array.from({ length: count }, (_, index) => text.slice(index * columns, (index + 1) * columns));
}

function bodyOf({ rows, now, columns, deaths }: Frame, room: number, paint: Paint): string[] {
  const layout = columnsFor(rows, columns, deaths);
  const blocksAt = (depth: Depth): string[][] =>
    rows.map((row) => linesOf(row, layout, { now, paint, depth: depthOf(row, depth) }));
  const full = new Map(blocksAt(depths[0]).map(({ length }, index) => [rows[index], length]));
  const heightAt = (depth: Depth, some = rows): number =>
    sum(some.map((row) => Math.min(full.get(row) ?? 1, depthOf(row, depth))));
  const fitting = depths.find((depth) => heightAt(depth) <= room);
  if (fitting !== undefined) return blocksAt(fitting).flat();
  const troubled = rows.filter((row) => !isCalm(row));
  const hasRoom = heightAt([2, 1], troubled) <= room * troubledShare;
  return cut(blocksAt(hasRoom ? [2, 1] : [1, 1]), rows, room, paint);
}

type Depth = readonly [troubled: number, calm: number];

function depthOf(row: Row, [troubled, calm]: Depth): number {
  return isCalm(row) ? calm : troubled;
}

/** As many as there is room for, and how many of what kind are not shown. */
function cut(
  blocks: readonly (readonly string[])[],
  rows: readonly Row[],
  room: number,
  paint: Paint,
): string[] {
  const shown = blocks.filter((_, index) => blocks.slice(0, index + 1).flat().length < room);
  const hidden = counted(rows.slice(shown.length)).map(({ text, style }) => paint(style, text));
  return [...shown.flat(), `  … and ${rows.length - shown.length} more: ${hidden.join(', ')}`];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
