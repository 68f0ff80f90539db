import { channel } from 'node:diagnostics_channel';
import type { ExitCause } from '../machines/exits.ts';
import type { ManagerEventName, ManagerEvents } from './events.ts';
import type { Manager } from './manager.ts';

type Told =
  | 'status'
  | 'exit'
  | 'discarded'
  | 'output'
  | 'outputDropped'
  | 'overBudget'
  | 'order'
  | 'rejected'
  | 'problem';

/** What is published on the channels `greenroom:<name>` of `node:diagnostics_channel`; `docs/diagnostics.md` lists them. */
export interface Diagnostics extends Pick<ManagerEvents, Told> {
  /** A process of a connection was started. */
  spawn: { readonly connection: string; readonly incarnation: number; readonly pid: number };
  /** Another start was decided upon: after an end, ordered or not, or after a start that came to nothing. */
  restart: {
    readonly connection: string;
    /** The incarnation after which it comes; 0 if there was none yet. */
    readonly incarnation: number;
    /** How many incarnations failed since the module was last stable. */
    readonly attempt: number;
    /** How that incarnation ended; null if it didn't come to a process. */
    readonly cause: ExitCause | null;
    /** For people; null if nothing is wrong. */
    readonly reason: string | null;
    /** When it is due; milliseconds since the epoch. */
    readonly dueAt: number;
  };
}

/** One message of a channel: what the event of the same name has, and whose event it is. */
export type Diagnostic<N extends keyof Diagnostics> = Diagnostics[N] & { readonly manager: Manager };

const channels = {
  status: channel('greenroom:status'),
  spawn: channel('greenroom:spawn'),
  exit: channel('greenroom:exit'),
  restart: channel('greenroom:restart'),
  discarded: channel('greenroom:discarded'),
  output: channel('greenroom:output'),
  outputDropped: channel('greenroom:outputDropped'),
  overBudget: channel('greenroom:overBudget'),
  order: channel('greenroom:order'),
  rejected: channel('greenroom:rejected'),
  problem: channel('greenroom:problem'),
};

/** Publishes an event of a manager for whoever subscribes; costs a look while nobody does. */
export function publish<N extends ManagerEventName>(
  manager: Manager,
  name: N,
  event: ManagerEvents[N],
): void {
  // What modules tell the app, and their configs, are nobody else's business.
  if (name === 'message' || name === 'configSaved') return;
  tell(manager, name, event as ManagerEvents[Told]);
  if (name === 'status') publishSteps(manager, event as ManagerEvents['status']);
}

function tell<N extends keyof Diagnostics>(manager: Manager, name: N, message: Diagnostics[N]): void {
  if (channels[name].hasSubscribers) channels[name].publish({ manager, ...message });
}

function publishSteps(manager: Manager, change: ManagerEvents['status']): void {
  if (channels.spawn.hasSubscribers) {
    const { connection, status, previous } = change;
    const { incarnation, pid } = status;
    const isNew = previous.pid === null || incarnation !== previous.incarnation;
    if (pid !== null && isNew) tell(manager, 'spawn', { connection, incarnation, pid });
  }
  if (channels.restart.hasSubscribers) publishRestart(manager, change);
}

function publishRestart(manager: Manager, change: ManagerEvents['status']): void {
  const dueAt = dueIn(change);
  if (dueAt === null) return;
  const { connection, status, previous } = change;
  const { incarnation, attempt, reason, lastExit } = status;
  const cause = lastExit === null || lastExit === previous.lastExit ? null : lastExit.cause;
  tell(manager, 'restart', { connection, incarnation, attempt, cause, reason, dueAt });
}

/** When the start is due that was decided upon with this change; null if none was. */
function dueIn({ status, previous }: ManagerEvents['status']): number | null {
  if (status.nextRetryAt !== null && status.nextRetryAt !== previous.nextRetryAt) return status.nextRetryAt;
  const isAtOnce = previous.alive && !status.alive && status.state === 'preparing';
  return isAtOnce ? status.since : null;
}
