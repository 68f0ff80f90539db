import { denialIn, explainDenial, type Denial } from '../denial.ts';
import type { ConnectionPhase } from './connection-context.ts';

/** Why an incarnation ended, in one word. */
export type ExitCause =
  /** An order: disable, restart or remove. Never counted as a crash. */
  | 'stopped'
  /** It exited with code 0 without being asked, or said goodbye first. */
  | 'completed'
  /** Any other exit code. */
  | 'exit-code'
  /** Killed, by whomever but the connection. */
  | 'signal'
  /** It had more in memory than its limit, or V8 said so before it aborted; a kill by the operating system for want of memory is a `signal`. */
  | 'out-of-memory'
  /** Node's permission model refused it something, and the error ended it; before it was ready only a change can help. */
  | 'permission-denied'
  /** Exit code 78, or `init` said so, or program or folder are missing or may not be used: only a change can help. */
  | 'misconfigured'
  /** There never was a process, for a reason that may pass. */
  | 'spawn-failed'
  | 'spawn-timeout'
  | 'register-timeout'
  | 'wrong-token'
  /** It speaks no version of the protocol that the host does. */
  | 'incompatible'
  | 'init-timeout'
  | 'init-failed'
  /** It stopped answering heartbeats. */
  | 'hung'
  /** It used the processors for longer than its budget allows. */
  | 'too-busy'
  /** It closed its channel and lived on. */
  | 'channel-closed'
  /** It sent something after which nothing more can be understood. */
  | 'malformed-frame';

/** Why the statechart decided to end an incarnation. */
export interface Verdict {
  readonly cause: ExitCause;
  /** What the incarnation was doing when it was judged. */
  readonly phase: ConnectionPhase;
  /** For people. */
  readonly detail: string;
  /** True if it was ended for this; false if it seemed to end by itself, so that the way it ended says more. */
  readonly forced: boolean;
}

/** How one incarnation ended. Plain JSON. */
export interface ExitRecord {
  readonly incarnation: number;
  /** Null if it never got that far. */
  readonly pid: number | null;
  /** What it was doing when it died, or when it was judged. */
  readonly phase: ConnectionPhase;
  /** The exit code; null if a signal ended it or there was no process. */
  readonly code: number | null;
  /** The name of the signal that ended it, such as SIGKILL; else null. */
  readonly signal: string | null;
  readonly cause: ExitCause;
  /** One sentence for people. */
  readonly detail: string;
  /** Its last lines of output, oldest first. */
  readonly lastWords: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** True if it counts against the restart intensity. */
  readonly crash: boolean;
}

export interface Death {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lastWords: readonly string[];
  /** More about it, for people. */
  readonly note?: string | undefined;
}

/** sysexits.h: EX_CONFIG. */
const misconfiguredExitCode = 78;

/** The cause of an end nobody ordered. What it was ended for wins over how it then died. */
export function causeOf(verdict: Verdict | null, death: Death | null): ExitCause {
  if (verdict !== null && (verdict.forced || death === null)) return verdict.cause;
  return death === null ? 'spawn-failed' : causeOfDeath(death);
}

/** A few words: what ended the process, and in what circumstance, such as `while ready`. */
export function explainExit(circumstance: string, verdict: Verdict | null, death: Death | null): string {
  if (death === null) return verdict?.detail ?? 'no process';
  const end = describeDeath(death);
  if (verdict === null) return `${end} ${circumstance}`;
  // A dying process closes its channel first; that it did is no news then.
  const isDying = verdict.cause === 'channel-closed' && !verdict.forced;
  return isDying ? `${end} while ${verdict.phase}` : `${verdict.detail} while ${verdict.phase}, then ${end}`;
}

function causeOfDeath(death: Death): ExitCause {
  if (death.code === misconfiguredExitCode) return 'misconfigured';
  if (ranOutOfMemory(death)) return 'out-of-memory';
  if (neverStarted(death) !== undefined) return death.code === 127 ? 'misconfigured' : 'spawn-failed';
  if (death.signal !== null) return 'signal';
  if (denialOf(death) !== undefined) return 'permission-denied';
  return death.code === 0 ? 'completed' : 'exit-code';
}

function describeDeath(death: Death): string {
  if (ranOutOfMemory(death)) return 'ended out of memory';
  const failure = neverStarted(death);
  if (failure !== undefined) return `could not be started (${failure})`;
  const denial = denialOf(death);
  if (denial !== undefined) return `${explainDenial(denial)}, and exited with code ${death.code}`;
  const note = death.note === undefined ? '' : ` (${death.note})`;
  return death.signal === null
    ? `exited with code ${death.code ?? 'unknown'}`
    : `killed by ${death.signal}${note}`;
}

function denialOf({ code, lastWords }: Death): Denial | undefined {
  return code === 1 ? denialIn(lastWords) : undefined;
}

// V8 aborts (SIGABRT, or 134 through a shell) after printing this line; a SIGKILL by the kernel can't be told from others.
function ranOutOfMemory(death: Death): boolean {
  const aborted = death.signal === 'SIGABRT' || death.code === 134;
  return aborted && death.lastWords.some((line) => line.includes('out of memory'));
}

// `setpriv` leaves so when it can't become the module's program: 127 when that isn't there, 126 for all else. It speaks the user's language.
function neverStarted({ code, lastWords }: Death): string | undefined {
  if (code !== 126 && code !== 127) return undefined;
  return lastWords.find((line) => line.startsWith('setpriv: '));
}
