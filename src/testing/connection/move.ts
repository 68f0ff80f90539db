import type { connectionMachine } from '../../machines/connection.ts';
import type { ConnectionContext } from '../../machines/connection-context.ts';
import type { ConnectionEvent, ProcessNews, StartNews } from '../../machines/connection-events.ts';
import type { Goal, Invariant, Model, Move, Situation, Step } from '../model/model.ts';
import type { ModuleProcess, Surroundings } from './surroundings.ts';

/** The general words of a model, for the connection. */
export type ConnectionMachine = typeof connectionMachine;
export type ConnectionModel = Model<ConnectionMachine, Surroundings>;
export type ConnectionMove = Move<ConnectionMachine, Surroundings>;
export type ConnectionSituation = Situation<ConnectionMachine, Surroundings>;
export type ConnectionStep = Step<ConnectionMachine, Surroundings>;
export type ConnectionInvariant = Invariant<ConnectionMachine, Surroundings>;
export type ConnectionGoal = Goal<ConnectionMachine, Surroundings>;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** An event without the time at which it happens. */
export type Told = DistributiveOmit<ConnectionEvent, 'at'>;
/** News without the incarnation it belongs to. */
export type News = DistributiveOmit<ProcessNews, 'at' | 'incarnation'>;
/** News without the start it belongs to. */
export type OfStart = DistributiveOmit<StartNews, 'at' | 'start'>;

/** More than any intensity period. */
const longTime = 24 * 60 * 60 * 1000;

/** The latest time a context knows of. */
export function now({ since, failures }: ConnectionContext): number {
  return Math.max(since, ...failures.crashes);
}

/** A time at which all crashes are long past. */
function muchLater(context: ConnectionContext): number {
  return now(context) + longTime;
}

/** The news as the chart gets it. */
export function dated(told: Told, at: number): ConnectionEvent {
  return { ...told, at };
}

/** What a process of this connection does or suffers; `when` is asked only while there is one. */
export interface Deed {
  readonly name: string;
  /** Continues "process 3 …". */
  readonly says: string;
  readonly news: News;
  when(process: ModuleProcess): boolean;
  /** Null: that was the last of it. */
  change?(process: ModuleProcess): Partial<ModuleProcess> | null;
  readonly tags?: readonly string[];
  readonly isMuchLater?: boolean;
}

/** A deed of the current process as a move. */
export function deedMove(deed: Deed): ConnectionMove {
  const { name, says, news, tags, isMuchLater } = deed;
  return {
    name,
    ...(tags === undefined ? {} : { tags }),
    when: ({ world }) => world.process !== null && deed.when(world.process),
    event: ({ context }) =>
      dated({ ...news, incarnation: context.incarnation }, isMuchLater ? muchLater(context) : now(context)),
    world: (around) => changed(around, deed),
    say: ({ context }) => `process ${context.incarnation} ${says}`,
  };
}

function changed(around: Surroundings, deed: Deed): Surroundings {
  const { process } = around;
  if (process === null || deed.change === undefined) return around;
  const changes = deed.change(process);
  return { ...around, process: changes === null ? null : { ...process, ...changes } };
}
