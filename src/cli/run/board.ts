import type { ConnectionState, ConnectionStatus, ExitRecord, Manager } from '../../index.ts';
import { isCalm } from './looks.ts';
import type { News } from './news.ts';
import { lastWord, moduleStatus, sentence } from './sentences.ts';
import { redactionOf } from './without-secrets.ts';
import { duration, stateName } from './words.ts';

/** Something that happened at a time. */
export interface Happening {
  readonly at: number;
  readonly text: string;
}

/** What the table shows of one connection. */
export interface Row {
  status: ConnectionStatus;
  crashes: number;
  /** What the module says of itself; null when no process lives to mean it. */
  says: { readonly level: 'ok' | 'warning' | 'error'; readonly text: string } | null;
  /** The last end that nobody ordered. */
  lastCrash: Happening | null;
  lastEvent: Happening | null;
}

/** Keeps what the table shows; what it takes has no secrets any more, and what it looks up itself loses them. */
export interface Board {
  take(news: News): void;
  /** The worst first. */
  readonly rows: readonly Row[];
}

const worstFirst: readonly ConnectionState[] = [
  'failed',
  'misconfigured',
  'suspect',
  'puttingDown',
  'backingOff',
  'stopping',
  'initialising',
  'takingOver',
  'registering',
  'spawning',
  'preparing',
  'queued',
  'replacing',
  'ready',
  'disabled',
  'removed',
];

export function createBoard(manager: Manager): Board {
  const rows = new Map<string, Row>();
  const redact = redactionOf(manager);
  const refresh = (seen: ConnectionStatus): Row => {
    const status = { ...seen, reason: seen.reason === null ? null : redact(seen.id, seen.reason) };
    const row = rows.get(status.id) ?? { status, crashes: 0, says: null, lastCrash: null, lastEvent: null };
    row.status = status;
    if (status.pid === null) row.says = null;
    rows.set(status.id, row);
    return row;
  };
  // A connection that was removed isn't the manager's any more, but its row stays.
  manager.on('status', ({ status, previous }) => {
    takeStatus(refresh(status), previous.state, (text) => redact(status.id, text));
  });
  return {
    take(news) {
      const row = 'connection' in news && news.connection !== null ? rows.get(news.connection) : undefined;
      if (row !== undefined) takeNews(row, news);
    },
    get rows() {
      for (const status of manager.status.connections) refresh(status);
      return [...rows.values()].toSorted((a, b) => rank(a) - rank(b));
    },
  };
}

function takeNews(row: Row, news: News): void {
  const at = Date.now();
  if (news.event === 'moduleStatus') row.says = { level: news.level, text: moduleStatus(news) };
  else if (news.event === 'exit' && news.crash) {
    row.crashes++;
    row.lastCrash = { at, text: crashText(news) };
  } else if (news.event !== 'status') row.lastEvent = { at, text: sentence(news) };
}

function takeStatus(row: Row, before: ConnectionState, redact: (text: string) => string): void {
  const { state, since, incarnation, lastExit, reason } = row.status;
  row.lastEvent = { at: Date.now(), text: statusText(state, reason) };
  const isBack = state === 'ready' && before === 'initialising' && lastExit?.incarnation === incarnation - 1;
  if (!isBack || !lastExit.crash) return;
  row.lastCrash = {
    at: lastExit.at,
    text: redact(crashText(lastExit, `, back after ${duration(since - lastExit.at)}`)),
  };
}

/** What a state is told as when it is what happened last. */
export function statusText(state: ConnectionState, reason: string | null): string {
  if (state === 'suspect') return 'does not answer its heartbeats; is put down unless it does';
  const isStuck = state === 'failed' || state === 'misconfigured';
  return isStuck ? `${state}: ${reason ?? 'no reason known'}` : stateName(state);
}

/** How a process came to its end, with the line of its last words that says most. */
export function crashText(exit: Pick<ExitRecord, 'detail' | 'lastWords' | 'signal'>, recovery = ''): string {
  const words = lastWord(exit);
  return `${exit.detail}${recovery}${words === null ? '' : `; last words: ${words}`}`;
}

/** The worse, the lower. */
export function rank(row: Row): number {
  const { state } = row.status;
  const troubled = state === 'ready' && !isCalm(row) ? 0.5 : 0;
  return worstFirst.indexOf(state) - troubled;
}
