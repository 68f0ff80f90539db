import type { ConnectionStatus, ExitRecord } from '../../index.ts';
import type { ConnectionSummary } from '../../history/told.ts';
import type { Health } from '../../history/health.ts';
import { plain } from './plain.ts';

const stateNames: Readonly<Record<string, string>> = {
  removed: 'gone',
};

const nextWord = /(?<=[a-z])[A-Z]/g;

/** A state in plain words: those of a newer server too. */
export function stateName(state: string): string {
  return stateNames[state] ?? state.replaceAll(nextWord, (letter) => ` ${letter.toLowerCase()}`);
}

/** What stands for a health besides its colour. */
export const marks: Readonly<Record<Health, string>> = {
  ok: '●',
  troubled: '◐',
  changing: '◔',
  down: '✕',
  off: '–',
};

/** How healths are counted and filtered by. */
export const healthNames: Readonly<Record<Health, string>> = {
  down: 'down',
  troubled: 'troubled',
  changing: 'changing',
  ok: 'ready',
  off: 'off',
};

/** A short while in milliseconds, exactly; longer ones as `duration`. */
export function lasted(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : duration(milliseconds);
}

/** A duration in milliseconds, its two largest units: `0s`, `12s`, `3m 04s`, `5h 10m`, `12d 3h`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds}s`;
  if (hours === 0) return `${minutes}m ${two(seconds % 60)}s`;
  if (hours < 24) return `${hours}h ${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

/** A time of day, here; with the day if it isn't today. */
export function timeOfDay(at: number, now: number): string {
  const date = new Date(at);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** Bytes for people. */
export function bytes(number: number): string {
  return number < 2 ** 30 ? `${(number / 2 ** 20).toFixed(0)} MB` : `${(number / 2 ** 30).toFixed(1)} GB`;
}

/** Why it is as it is, in a sentence; empty if there is nothing to explain. */
export function whyOf(summary: ConnectionSummary): string {
  return plain(reasonOf(summary));
}

function reasonOf({ status, health, says }: ConnectionSummary): string {
  if (status.state === 'suspect') return 'does not answer its heartbeats';
  const said = status.state === 'ready' ? says?.message : undefined;
  const reason = status.reason ?? said ?? '';
  return health === 'down' ? both(reason, status.lastExit === null ? '' : endOf(status.lastExit)) : reason;
}

/** A reason and an end, unless one says what the other does. */
function both(reason: string, end: string): string {
  if (end.includes(reason)) return end;
  return reason.includes(end) ? reason : `${reason}: ${end}`;
}

/** How a process ended, with the line of its last words that says most: not those that Node prints below an error. */
function endOf({ detail, lastWords, signal }: ExitRecord): string {
  // Somebody else killed it: it had no time for words.
  if (signal === 'SIGKILL' || signal === 'SIGTERM') return detail;
  const words = lastWords.map(plain);
  const word = words.findLast((line) => !/^\s+at |^Node\.js v|^[\s^{}[\]]*$/.test(line))?.trim();
  return word === undefined ? detail : `${detail}: ${word}`;
}

/** What happens next, in a sentence with the time that is left; empty if nothing will. */
export function nextOf(status: ConnectionStatus, now: number): string {
  if (status.nextRetryAt !== null) return retryText(status, status.nextRetryAt - now);
  if (status.step === 'stuck')
    return 'the operating system can not end it now; nothing starts before it is gone';
  const left = status.deadlineAt === null ? '' : `${duration(status.deadlineAt - now)} left`;
  if (status.step !== null) return parts(status.step, stateName(status.next ?? ''), left);
  const text = nextByState[status.state] ?? '';
  return text === '' ? '' : parts(text, left);
}

function parts(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(', ');
}

const nextByState: Readonly<Record<string, string>> = {
  failed: 'stays down until somebody enables or restarts it',
  misconfigured: 'waits for a change of its config or module, or an order',
  suspect: 'is put down unless it answers',
  preparing: 'finding out how to start it',
  replacing: 'takes the process that waits',
  queued: 'waits for a start slot',
  spawning: 'waits for the process',
  registering: 'waits for it to register',
  takingOver: 'waits for it to take over',
  initialising: 'waits for its init',
};

function retryText({ state, attempt }: ConnectionStatus, left: number): string {
  const when = left <= 0 ? 'now' : `in ${duration(left + 999)}`;
  if (state === 'failed') return `crashed too often: a single try ${when}`;
  return `starts again ${when}${attempt > 1 ? `, ${attempt} failed in a row` : ''}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
