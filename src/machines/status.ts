import type { SnapshotFrom } from 'xstate';
import type { DebuggerState } from '../process/debugger.ts';
import type { ConnectionContext } from './connection-context.ts';
import type { connectionMachine } from './connection.ts';
import type { Resources } from '../process/budget.ts';
import type { ExitRecord } from './exits.ts';

/** A snapshot of a connection's actor. */
export type ConnectionSnapshot = SnapshotFrom<typeof connectionMachine>;

/** The situations a connection can be in; `docs/connection.md` says what is true in each. */
export type ConnectionState =
  | 'disabled'
  | 'preparing'
  | 'replacing'
  | 'queued'
  | 'spawning'
  | 'registering'
  | 'takingOver'
  | 'initialising'
  | 'ready'
  | 'suspect'
  | 'stopping'
  | 'puttingDown'
  | 'backingOff'
  | 'failed'
  | 'misconfigured'
  | 'removed';

/** How far the end of a process has come. */
export type EndingStep = 'leaving' | 'asking' | 'terminating' | 'killing' | 'stuck';
/** What follows the end of a process. */
export type EndingPurpose = 'toRecover' | 'toDisable' | 'toRestart' | 'toRemove';

/** All there is to say about a connection, as plain JSON; computed from its statechart's snapshot and nothing else, but for the measured `resources`. */
export interface ConnectionStatus {
  readonly id: string;
  /** What people call it. */
  readonly label: string;
  readonly state: ConnectionState;
  /** While `stopping` or `puttingDown`: how far it has come; else null. */
  readonly step: EndingStep | null;
  /** While `stopping` or `puttingDown`: what follows; else null. */
  readonly next: EndingPurpose | null;
  /** When it came into this state; milliseconds since the epoch, as every time here. */
  readonly since: number;
  /** Whether it is to run: false while disabled, also after an end that its restart type doesn't answer, and while it is being disabled or removed. */
  readonly wanted: boolean;
  /** Whether a process exists or was asked for. */
  readonly alive: boolean;
  /** The number of the current or last process; 0 before the first. */
  readonly incarnation: number;
  /** Null without a process. */
  readonly pid: number | null;
  /** The pid of a process that has registered and waits to take over if this one dies; null without one (`policy.standby`). */
  readonly spare: number | null;
  /** What the process says of a debugger: it listens for one, or one is attached; null if neither. While one is attached, nobody is put down for being silent. */
  readonly debugger: DebuggerState | null;
  /** How many incarnations failed since the module was last stable. */
  readonly attempt: number;
  /** When it will be started again by itself; null if it won't be or runs. */
  readonly nextRetryAt: number | null;
  /** When patience with the present state ends; null if it has no timer. */
  readonly deadlineAt: number | null;
  /** Why it is not, or not quite, as it should be; for people. */
  readonly reason: string | null;
  /** What its process used when it was last looked at; null if nobody looks, or not yet. */
  readonly resources: Resources | null;
  /** How the last incarnation ended; null before that. */
  readonly lastExit: ExitRecord | null;
  /** How many messages and pieces of news were not acted upon, by reason. */
  readonly discarded: ConnectionContext['discarded'];
}

/** What one incarnation used. */
export interface Used {
  readonly incarnation: number;
  readonly resources: Resources;
}

/** The status of a connection; `used` only counts while that incarnation has a process. Pure. */
export function statusOf(snapshot: ConnectionSnapshot, used: Used | null = null): ConnectionStatus {
  const status = livingStatus(snapshot, used);
  const isOver = snapshot.status === 'error' || snapshot.status === 'stopped';
  return isOver ? { ...status, ...withoutActor } : status;
}

// It broke or was stopped from outside: its process is killed past it, and nothing will start again.
const withoutActor = {
  state: 'failed',
  step: null,
  next: null,
  wanted: false,
  alive: false,
  pid: null,
  spare: null,
  resources: null,
  debugger: null,
  nextRetryAt: null,
  deadlineAt: null,
  reason: 'its actor broke or was stopped from outside; remove it and add it again',
} as const;

function livingStatus(snapshot: ConnectionSnapshot, used: Used | null): ConnectionStatus {
  const { context } = snapshot;
  const state = stateOf(snapshot);
  const retries = state === 'backingOff' || (state === 'failed' && context.policy.restart !== 'temporary');
  return {
    id: context.id,
    label: context.label,
    state,
    ...endingOf(snapshot),
    since: context.since,
    wanted: !snapshot.hasTag('unwanted'),
    alive: snapshot.hasTag('alive'),
    incarnation: context.incarnation,
    pid: context.pid,
    spare: context.spare,
    debugger: snapshot.hasTag('alive') ? context.debugger : null,
    attempt: context.failures.attempt,
    nextRetryAt: retries ? context.due : null,
    deadlineAt: retries || state === 'failed' ? null : context.due,
    reason: context.reason,
    resources: isOf(context, used) ? used.resources : null,
    lastExit: context.lastExit,
    discarded: context.discarded,
  };
}

function isOf({ incarnation, pid }: ConnectionContext, used: Used | null): used is Used {
  return pid !== null && used?.incarnation === incarnation;
}

/** The situation a connection is in. */
function stateOf(snapshot: ConnectionSnapshot): ConnectionState {
  const { value } = snapshot;
  if (typeof value === 'string') return value;
  if (value.active === 'queued') return 'queued';
  const { running } = value.active;
  if (running === 'takingOver') return running;
  if ('starting' in running) return running.starting;
  if ('ending' in running) return running.ending.next === 'toRecover' ? 'puttingDown' : 'stopping';
  const { registered } = running;
  return 'operational' in registered ? registered.operational : 'initialising';
}

function endingOf({ value }: ConnectionSnapshot): Pick<ConnectionStatus, 'step' | 'next'> {
  const running = typeof value === 'object' && typeof value.active === 'object' ? value.active.running : null;
  return typeof running === 'object' && running !== null && 'ending' in running
    ? running.ending
    : { step: null, next: null };
}
