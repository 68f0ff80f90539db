import type { Connection, Manager } from '../../../src/index.ts';
import type { Act } from '../../../src/testing/acts.ts';
import type { MadeCall, Memory } from './memory.ts';

/** A process, real or fake, as somebody saw it who doesn't ask the library. */
export interface SeenProcess {
  readonly incarnation: number;
  readonly pid: number;
  readonly isAlive: boolean;
  readonly did: readonly Act[];
  readonly heard: readonly { readonly what: string }[];
  /** Null while it lives; what it ended with, as far as that is known. */
  readonly exit: { readonly code?: number | null; readonly signal?: string | null } | null;
}

/** A manager with some connections, and all that must be known of them beside what the library says. */
export interface Scene {
  readonly manager: Pick<Manager, 'status'>;
  readonly connections: readonly Connection[];
  readonly calls: readonly MadeCall[];
  readonly problems: readonly unknown[];
  memoryOf(connection: string): Memory;
  processesOf(connection: string): readonly SeenProcess[];
}

/** Something that must hold after every step; 3, 9 and 10 are checked where they happen. */
interface Invariant {
  readonly name: string;
  /** What is wrong; undefined if nothing. */
  broken(scene: Scene): string | undefined;
}

export const invariants: readonly Invariant[] = [
  {
    name: '1. At most one live process per connection',
    broken: everyConnection(({ id }, scene) => {
      const living = scene.processesOf(id).filter(({ isAlive }) => isAlive);
      return living.length > 1 ? `${living.length} live` : undefined;
    }),
  },
  {
    name: '2. Ready means registered with its own token, initialised, and alive',
    broken: everyConnection(({ id, status }, scene) => {
      if (status.state !== 'ready' && status.state !== 'suspect') return undefined;
      const process = scene.processesOf(id).find(({ incarnation }) => incarnation === status.incarnation);
      return process !== undefined && process.isAlive && hasProved(process) ? undefined : 'it is not so';
    }),
  },
  {
    name: '4. Who is said to be alive is, and who lives is said to',
    broken: everyConnection(({ id, status }, scene) => {
      const process = scene.processesOf(id).find(({ isAlive }) => isAlive);
      if (process !== undefined && !status.alive) return `a process lives in ${status.state}`;
      if (status.pid === null) return undefined;
      return process?.pid === status.pid ? undefined : `no process lives in ${status.state}`;
    }),
  },
  {
    name: '5. Nothing is started that is not wanted',
    broken: everyConnection(({ id, status }, scene) => {
      const { wanted, askedFor } = scene.memoryOf(id);
      if (status.wanted && !wanted) return `it is ${status.state} and says that it is wanted`;
      return !wanted && status.incarnation > askedFor ? `incarnation ${status.incarnation} began` : undefined;
    }),
  },
  {
    name: '6. Every call settles once, and none outlives its process',
    broken: (scene) => {
      if (scene.calls.some(({ settled }) => settled > 1)) return 'one settled twice';
      const lost = scene.calls.find(
        ({ connection, settled }) =>
          settled === 0 && !scene.processesOf(connection).some(({ isAlive }) => isAlive),
      );
      return lost === undefined ? undefined : `one to ${lost.connection} is still pending`;
    },
  },
  {
    name: '7. A start slot is held from spawn to registration, and under a deadline',
    broken: ({ connections, manager }) => {
      const { held, waiting, total } = manager.status.startSlots;
      const starting = connections.filter(({ status }) => ['spawning', 'registering'].includes(status.state));
      if (held !== starting.length) return `${held} held while ${starting.length} start`;
      if (waiting > 0 && held < total) return 'somebody waits for a slot that is free';
      return starting.every(({ status }) => status.deadlineAt !== null) ? undefined : 'there is no deadline';
    },
  },
  {
    name: '8. An intended stop is no crash',
    broken: everyConnection(({ id }, scene) => {
      const counted = scene.memoryOf(id).exits.find(({ exit, wasToEnd }) => wasToEnd && exit.crash);
      return counted === undefined ? undefined : counted.exit.detail;
    }),
  },
  {
    name: '11. How each process ended is known',
    broken: everyConnection(({ id }, scene) => {
      const ends = scene
        .processesOf(id)
        .flatMap(({ incarnation, exit }) => (exit === null ? [] : [{ incarnation, ...exit }]));
      const records = scene.memoryOf(id).exits.map(({ exit }) => exit);
      const unknown = ends.find(
        (end) =>
          !records.some(
            (record) =>
              record.incarnation === end.incarnation &&
              (end.code === undefined || record.code === end.code) &&
              (end.signal === undefined || record.signal === end.signal),
          ),
      );
      return unknown === undefined ? undefined : `nobody told how incarnation ${unknown.incarnation} ended`;
    }),
  },
  {
    name: 'No actor breaks',
    broken: ({ problems }) => (problems.length === 0 ? undefined : String(problems[0])),
  },
];

function everyConnection(broken: (connection: Connection, scene: Scene) => string | undefined) {
  return (scene: Scene): string | undefined => {
    for (const connection of scene.connections) {
      const detail = broken(connection, scene);
      if (detail !== undefined) return `${connection.id}: ${detail}`;
    }
    return undefined;
  };
}

function hasProved({ did, heard }: SeenProcess): boolean {
  const registered = did.some(
    (act) => act.does === 'registers' && act.token !== 'wrong' && act.version === undefined,
  );
  const answered = did.some(({ does }) => does === 'initialises');
  return (
    registered &&
    answered &&
    ['registered', '$init'].every((what) => heard.some((each) => each.what === what))
  );
}
