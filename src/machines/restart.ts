import type { ConnectionContext, ConnectionPhase, Failures } from './connection-context.ts';
import type { ConnectionPolicy } from './policy.ts';
import { causeOf, explainExit, type Death, type ExitCause, type ExitRecord, type Verdict } from './exits.ts';

/** What follows the end of an incarnation that nobody ordered. */
export type Aftermath =
  /** What failed is no longer what is wanted: what is may do better. */
  | 'beginAnew'
  /** Only a change can help. */
  | 'misconfigured'
  /** The restart type wants no other, and nothing failed. */
  | 'completed'
  /** Too many crashes, a failed probe, or a crash that the restart type doesn't answer. */
  | 'failed'
  /** A spare takes its place at once. */
  | 'takeOver'
  | 'restartNow'
  | 'restartLater';

/** The restart policy in one place. Pure. */
export function aftermathOf(context: ConnectionContext, end: UnplannedEnd): Aftermath {
  const { restart } = context.policy;
  const { cause, phase } = unplannedExit(context, end);
  if (restart !== 'permanent' && cause === 'completed') return 'completed';
  if (context.failures.untold > 0) return 'beginAnew';
  if (needsChange(cause, phase)) return 'misconfigured';
  if (isLast(context, end.at)) return 'failed';
  if (!isFirstSinceStable(context, phase)) return 'restartLater';
  return context.spare === null ? 'restartNow' : 'takeOver';
}

/** The same would happen again. */
function needsChange(cause: ExitCause, phase: ConnectionPhase): boolean {
  if (cause === 'permission-denied') return beforeReady.has(phase);
  return cause === 'misconfigured' || cause === 'incompatible';
}

const beforeReady: ReadonlySet<ConnectionPhase> = new Set(['spawning', 'registering', 'initialising']);

/** No other follows by itself, not soon. */
function isLast(context: ConnectionContext, at: number): boolean {
  return context.policy.restart === 'temporary' || isTooMuch(context, at);
}

/** One more crash is one too many, or it ended a half-open probe. */
export function isTooMuch(context: ConnectionContext, at: number): boolean {
  return context.failures.probes > 0 || crashesWithin(context, at).length > context.policy.intensity.crashes;
}

/** The crashes of the intensity period, the one at hand included. One that is yet to come was before somebody set the clock back. */
function crashesWithin(context: ConnectionContext, at: number): readonly number[] {
  const { crashes, period } = context.policy.intensity;
  return [...context.failures.crashes, at]
    .filter((crash) => crash > at - period && crash <= at)
    .slice(-(crashes + 1));
}

/** An end nobody ordered, as the chart learned of it. */
export interface UnplannedEnd {
  /** What the incarnation was doing. */
  readonly phase: ConnectionPhase;
  readonly at: number;
  /** A random number from 0 up to 1, for the jitter. */
  readonly chance: number;
  /** Null if there never was a process. */
  readonly death: Death | null;
  /** What was decided before the end; the context's verdict if absent. */
  readonly verdict?: Verdict;
}

/** The record of an end nobody ordered. */
function unplannedExit(context: ConnectionContext, end: UnplannedEnd): ExitRecord {
  const verdict = end.verdict ?? context.verdict;
  const cause = causeOf(verdict, end.death);
  const { code, signal, lastWords } = end.death ?? noDeath;
  return {
    incarnation: context.incarnation,
    pid: context.pid,
    phase: verdict === null ? end.phase : verdict.phase,
    code,
    signal,
    cause,
    detail: explainExit(`while ${end.phase}`, verdict, end.death),
    lastWords,
    at: end.at,
    crash: cause !== 'completed' || context.policy.restart === 'permanent',
  };
}

/** What changes in the context when an incarnation ended and nobody ordered it. */
export function afterUnplannedEnd(context: ConnectionContext, end: UnplannedEnd): Partial<ConnectionContext> {
  const exit = unplannedExit(context, end);
  const failures = exit.crash ? countedCrash(context, end.at) : context.failures;
  const waits = aftermathOf(context, end) === 'restartLater';
  return {
    pid: null,
    verdict: null,
    ...discardedHeld(context),
    lastExit: exit,
    reason: exit.detail,
    failures: waits ? nextWait(context.policy, failures, end.chance) : failures,
  };
}

/** The end of an incarnation that was ordered, or that a module had announced. */
export interface PlannedEnd {
  readonly at: number;
  /** The order: disable, restart or remove. */
  readonly purpose: string;
  readonly death: Death;
}

/** What changes in the context when an incarnation ended as ordered. It is never a crash. */
export function afterPlannedEnd(context: ConnectionContext, end: PlannedEnd): Partial<ConnectionContext> {
  const { verdict } = context;
  const lastExit: ExitRecord = {
    incarnation: context.incarnation,
    pid: context.pid,
    phase: verdict?.phase ?? 'stopping',
    code: end.death.code,
    signal: end.death.signal,
    cause: verdict?.cause ?? 'stopped',
    detail: explainExit(`as ordered (${end.purpose})`, verdict, end.death),
    lastWords: end.death.lastWords,
    at: end.at,
    crash: false,
  };
  return { pid: null, verdict: null, reason: null, ...discardedHeld(context), lastExit };
}

// Messages that were held until registration, and that nobody will act upon any more.
function discardedHeld({ held, discarded }: ConnectionContext): Partial<ConnectionContext> {
  return { held: 0, discarded: { ...discarded, unexpected: discarded.unexpected + held } };
}

/** One more failed attempt. */
export function countedCrash(context: ConnectionContext, at: number): Failures {
  const { failures } = context;
  return { ...failures, attempt: failures.attempt + 1, crashes: crashesWithin(context, at) };
}

// Node turns a longer delay into 1 ms.
const longestTimer = 2 ** 31 - 1;

/** The wait before the next start. */
export function nextWait(policy: ConnectionPolicy, failures: Failures, chance: number): Failures {
  const { initial, factor, most, jitter } = policy.backoff;
  const backoff = Math.min(failures.backoff === 0 ? initial : failures.backoff * factor, most);
  const delay = Math.round(backoff * (1 + jitter * (2 * chance - 1)));
  return { ...failures, backoff, delay: Math.min(delay, longestTimer) };
}

const noDeath: Death = { code: null, signal: null, lastWords: [] };

function isFirstSinceStable({ failures }: ConnectionContext, phase: ConnectionPhase): boolean {
  return failures.attempt === 0 && (phase === 'ready' || phase === 'suspect');
}
