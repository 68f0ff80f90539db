import type { DebuggerState } from '../process/debugger.ts';
import type { ExitRecord, Verdict } from './exits.ts';
import type { ConnectionPolicy } from './policy.ts';

/** Why a message or a piece of news was not acted upon. */
export type DiscardReason =
  /** It belongs to an incarnation that is over or being ended, or to a start that was given up. */
  | 'stale'
  /** It came before, and needs to come only once. */
  | 'duplicate'
  /** It is not allowed in this state. */
  | 'unexpected'
  /** It isn't what the protocol says a message looks like. */
  | 'malformed';

/** What an incarnation is doing, as far as its end is concerned. */
export type ConnectionPhase =
  | 'spawning'
  | 'registering'
  | 'takingOver'
  | 'initialising'
  | 'ready'
  | 'suspect'
  | 'stopping'
  | 'puttingDown';

/** What the next start depends on: what failed since the module was last stable, or an order began anew. */
export interface Failures {
  /** How many incarnations. */
  readonly attempt: number;
  /** When they failed, as far as the intensity period goes back. */
  readonly crashes: readonly number[];
  /** Half-open probes since the connection failed. */
  readonly probes: number;
  /** The last wait between two starts before jitter, in milliseconds; 0 if there was none. */
  readonly backoff: number;
  /** The wait chosen for the next start, with jitter; milliseconds. */
  readonly delay: number;
  /** Changes of config or module that the incarnation at hand was not told: who fails now did so with what is no longer wanted. */
  readonly untold: number;
}

export const noFailures: Failures = { attempt: 0, crashes: [], probes: 0, backoff: 0, delay: 0, untold: 0 };

/**
 * Quantities, ids and settings. What mode a connection is in, only its state says. At most 19 fields: each `assign` copies it, which takes ten times as long when there are more
 * (V8 makes a dictionary of it).
 */
export interface ConnectionContext {
  readonly id: string;
  readonly label: string;
  readonly policy: ConnectionPolicy;
  /** When the current state was entered; milliseconds since the epoch, as every time here. */
  readonly since: number;
  /** When the current state's own timer fires; null without one. */
  readonly due: number | null;
  /** How many starts were begun. */
  readonly starts: number;
  /** The number of the current or last process; 0 before the first. */
  readonly incarnation: number;
  /** Null without a process. */
  readonly pid: number | null;
  readonly failures: Failures;
  /** Early messages kept for this incarnation until it registers; discarded as unexpected if it never does. */
  readonly held: number;
  /** Heartbeats missed in a row. */
  readonly missed: number;
  /** The pid of a spare that would take over; null if there is none. */
  readonly spare: number | null;
  /** What the process says of a debugger; null if nothing. */
  readonly debugger: DebuggerState | null;
  /** Counts config changes. */
  readonly wantedConfig: number;
  /** The last of them that this incarnation was told. */
  readonly sentConfig: number;
  /** Why it was decided to end this incarnation; null while it wasn't. */
  readonly verdict: Verdict | null;
  /** How the last incarnation ended; null before that. */
  readonly lastExit: ExitRecord | null;
  /** Why the connection is failed, misconfigured, suspect or backing off; for people. */
  readonly reason: string | null;
  /** How many messages and pieces of news were not acted upon. */
  readonly discarded: Readonly<Record<DiscardReason, number>>;
}

/** What an actor of the connection machine starts with. */
export interface ConnectionInput {
  readonly id: string;
  readonly label: string;
  readonly policy: ConnectionPolicy;
  /** When the connection was added; milliseconds since the epoch. */
  readonly at: number;
}

/** The context of a connection that was just added. */
export function initialContext({ id, label, policy, at }: ConnectionInput): ConnectionContext {
  return {
    id,
    label,
    policy,
    since: at,
    due: null,
    starts: 0,
    incarnation: 0,
    pid: null,
    failures: noFailures,
    held: 0,
    missed: 0,
    spare: null,
    debugger: null,
    wantedConfig: 0,
    sentConfig: 0,
    verdict: null,
    lastExit: null,
    reason: null,
    discarded: { stale: 0, duplicate: 0, unexpected: 0, malformed: 0 },
  };
}
