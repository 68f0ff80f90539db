import stringWidth from 'string-width';
import type { Happening, Row } from './board.ts';
import { lookOf } from './looks.ts';
import { inColumns, wrapped, type Cell, type Paint, type Style } from './paint.ts';
import { duration, printable, stateName, timeOfDay } from './words.ts';

/** From so many columns on, what happened last has a column of its own. */
const wide = 120;
const indent = 13;

/** How the rows of a table are laid out. */
export interface Columns {
  readonly widths: readonly number[];
  readonly names: readonly string[];
  readonly total: number;
  readonly hasEvents: boolean;
}

/** The columns of a table; `deaths` is what the number of its unordered ends is called. */
export function columnsFor(rows: readonly Row[], total: number, deaths: string): Columns {
  const hasEvents = total >= wide;
  const longest = Math.max(10, ...rows.map(({ status }) => stringWidth(printable(status.id))));
  const widths = [1, 13, Math.min(longest, total < 100 ? 16 : 32), 6, 4, 7, 4];
  const left = total - widths.reduce((sum, width) => sum + width + 1, 0);
  const names = ['', 'STATE', 'CONNECTION', 'SINCE', 'RUN', 'PID', deaths, 'MODULE SAYS'];
  if (!hasEvents) return { widths, names, total, hasEvents };
  const says = Math.min(60, Math.floor(left / 2));
  return { widths: [...widths, says], names: [...names, 'LAST EVENT'], total, hasEvents };
}

/** A connection in one line, and below it how it crashed and what happened last, in at most `depth` lines together. */
export function linesOf(row: Row, columns: Columns, { now, paint, depth }: Drawing): string[] {
  const details = detailsOf(row, columns, paint);
  const below = details.slice(0, depth - 1);
  const cells = cellsOf(row, now, below.length > 0);
  const isCut = isStuck(row.status) && below.length < details.length;
  const all = columns.hasEvents ? [...cells, eventCell(row, below.length > 0)] : cells;
  const last = isCut ? below.splice(-1).map((line) => `${line} …`) : [];
  return [inColumns(all, columns.widths, paint), ...below, ...last];
}

/** What stands below already isn't told twice. */
function eventCell({ lastEvent, status }: Row, hasDetails: boolean): Cell {
  if (lastEvent === null || (isStuck(status) && hasDetails)) return { text: '', style: 'gray' };
  return { text: `${timeOfDay(lastEvent.at)} ${printable(lastEvent.text)}`, style: 'gray' };
}

interface Drawing {
  readonly now: number;
  readonly paint: Paint;
  readonly depth: number;
}

function detailsOf({ lastCrash, lastEvent, status }: Row, columns: Columns, paint: Paint): string[] {
  const crash = lastCrash === null ? [] : past(lastCrash, 'red', paint);
  // What nobody but a person can mend is told in full.
  if (isStuck(status)) return [...crash, ...pastInFull(lastEvent, columns.total, paint)];
  return columns.hasEvents ? crash : [...crash, ...past(lastEvent, 'gray', paint)];
}

function isStuck({ state }: Row['status']): boolean {
  return state === 'failed' || state === 'misconfigured';
}

function past(happening: Happening | null, style: Style, paint: Paint): string[] {
  if (happening === null) return [];
  return [`    ${paint('gray', timeOfDay(happening.at))} ${paint(style, printable(happening.text))}`];
}

function pastInFull(happening: Happening | null, total: number, paint: Paint): string[] {
  if (happening === null) return [];
  const [first = '', ...rest] = wrapped(printable(happening.text), Math.max(20, total - indent));
  return [
    ...past({ ...happening, text: first }, 'red', paint),
    ...rest.map((text) => ' '.repeat(indent) + paint('red', text)),
  ];
}

function cellsOf(row: Row, now: number, hasDetails: boolean): Cell[] {
  const { id, state, since, incarnation, pid } = row.status;
  const { mark, style } = lookOf(state);
  return [
    { text: mark, style },
    { text: stateName(state), style },
    { text: printable(id), style: 'bold' },
    { text: duration(now - since), style: 'reset' },
    { text: incarnation === 0 ? '' : `#${incarnation}`, style: 'reset' },
    { text: pid === null ? '–' : String(pid), style: 'reset' },
    { text: row.crashes === 0 ? '' : String(row.crashes), style: 'red' },
    outlook(refuses(row.status) ? { ...row, says: null } : row, now, hasDetails ? null : whyDown(row)),
  ];
}

/** Why it is down, for a line that has no other below it. */
function whyDown({ lastCrash, status }: Row): string | null {
  return isStuck(status) ? status.reason : (lastCrash?.text ?? status.reason);
}

/** What happens next; else what the module says; else what holds it up. `why` it is down is told here only if it isn't told elsewhere. */
function outlook({ status, says }: Row, now: number, why: string | null): Cell {
  const because = printable(why ?? '');
  const next = whatIsNext(status, now);
  if (next !== null)
    return { text: status.nextRetryAt === null ? next : joined(next, because), style: 'yellow' };
  if (says !== null) return { text: printable(says.text), style: styleOf[says.level] };
  if (isStuck(status)) return { text: because, style: 'red' };
  return {
    text: joined(patience(status, now), atRest(status) ? '' : printable(status.reason ?? '')),
    style: 'yellow',
  };
}

function whatIsNext(status: Row['status'], now: number): string | null {
  const { step, nextRetryAt } = status;
  if (nextRetryAt !== null) return `next start in ${duration(nextRetryAt - now)}`;
  return step === null ? null : [step, patience(status, now)].filter((part) => part !== '').join(', ');
}

function patience({ deadlineAt }: Row['status'], now: number): string {
  return deadlineAt === null ? '' : `${duration(deadlineAt - now)} left`;
}

/** It is ready, but not with the config it was given last. */
function refuses({ state, reason }: Row['status']): boolean {
  return state === 'ready' && reason !== null;
}

function atRest({ state }: Row['status']): boolean {
  return state === 'disabled' || state === 'removed';
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

const styleOf = { ok: 'green', warning: 'yellow', error: 'red' } as const;
