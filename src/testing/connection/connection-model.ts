import { connectionMachine } from '../../machines/connection.ts';
import { defaultPolicy, type ConnectionPolicy } from '../../machines/policy.ts';
import { abstraction } from './abstraction.ts';
import { goalsOf } from './goals.ts';
import { invariants } from './invariants.ts';
import { late } from './late.ts';
import { debuggers, heartbeats, sayings } from './module.ts';
import { deedMove, type ConnectionModel, type ConnectionMove } from './move.ts';
import { orders } from './orders.ts';
import { deaths, excesses, reports } from './process.ts';
import { spares } from './spares.ts';
import { lateStarts, starting } from './start.ts';
import { obey, undisturbed } from './surroundings.ts';

export interface ConnectionModelOptions {
  /** The chart to check; default the library's own. */
  readonly machine?: typeof connectionMachine;
  /** Whether the module says anything at any time; default true. An honest one says things only when there is reason to. */
  readonly lies?: boolean;
  /** Whether news of what is over may still arrive; default true. */
  readonly late?: boolean;
  /** Which moves there are, by their names; default all. */
  readonly moves?: (name: string) => boolean;
  /** What differs from the default policy. Its counters decide how large the space is. */
  readonly policy?: Partial<ConnectionPolicy>;
  /** Names of connections that share one start slot; default one connection. */
  readonly connections?: readonly string[];
}

/**
 * The connection's chart in the world as it is: its process may die at any moment with any code, never die, be impossible to start or lie; its messages may come late, twice or
 * not at all; the app may order anything at any time; every timer may fire at any time; with all that the library promises. For `checkModel`, `walk` and `replayStory`.
 */
export function connectionModel(options: ConnectionModelOptions = {}): ConnectionModel {
  const { machine = connectionMachine, connections = [], policy } = options;
  const actors = connections.length === 0 ? [0] : [...connections.keys()];
  return {
    machine,
    input: { id: 'lamp', label: 'Lamp', policy: { ...defaultPolicy, ...policy }, at: 0 },
    ...(connections.length === 0 ? {} : { actors: connections }),
    environment: { begin: undisturbed, obey, moves: movesOf(options) },
    abstraction: abstraction((options.late ?? true) ? 2 : 1),
    invariants,
    goals: actors.flatMap(goalsOf),
  };
}

function movesOf({
  lies = true,
  late: comeLate = true,
  moves = () => true,
}: ConnectionModelOptions): ConnectionMove[] {
  const said = [...sayings(lies), ...heartbeats, ...debuggers, ...excesses];
  const stale = comeLate ? [...lateStarts, ...[...reports, ...said].flatMap(late)] : [];
  const all = [
    ...orders,
    ...spares,
    ...starting,
    ...reports.map(deedMove),
    ...said.map(deedMove),
    ...deaths,
    ...stale,
  ];
  return all.filter(({ name }) => moves(name));
}
