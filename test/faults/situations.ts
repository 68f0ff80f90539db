import type { Connection, ConnectionOptions, ConnectionState, ManagerOptions } from '../../src/index.ts';
import { createStage, type Stage } from './manager.ts';

/** How a connection to a module that is healthy in the end gets into a state on its way. */
export interface Situation {
  readonly state: ConnectionState;
  readonly module: string;
  readonly options?: Partial<ConnectionOptions>;
  readonly manager?: ManagerOptions;
  /** What has to be done to a connection that is ready, if it doesn't get there by itself. */
  readonly provoke?: (connection: Connection) => void;
}

const oneSlot = { startSlots: 1, policy: { deadlines: { register: 400 } } };
const heartbeat = { interval: 50, suspectAfter: 2, putDownAfter: 1000 };
const failsFirst = (how: string) => ({
  module: 'fails-the-first-time.js',
  options: { env: { FAILURE: how } },
});

/** Every state in which a connection wants to run, or has to be told that it should. */
export const situations: readonly Situation[] = [
  { state: 'disabled', module: 'takes-its-time.js' },
  { state: 'preparing', module: 'takes-its-time.js' },
  { state: 'queued', module: 'takes-its-time.js', manager: oneSlot },
  { state: 'spawning', module: 'takes-its-time.js' },
  { state: 'registering', module: 'takes-its-time.js' },
  { state: 'initialising', module: 'takes-its-time.js' },
  { state: 'ready', module: 'takes-its-time.js' },
  {
    state: 'suspect',
    module: 'takes-its-time.js',
    manager: { policy: { heartbeat } },
    provoke: ({ status: { pid } }) => void (pid === null || process.kill(pid, 'SIGSTOP')),
  },
  { state: 'stopping', module: 'takes-its-time.js', provoke: (connection) => connection.disable() },
  { state: 'puttingDown', ...failsFirst('init') },
  {
    state: 'backingOff',
    ...failsFirst('exit 1'),
    manager: { policy: { backoff: { initial: 60_000, most: 60_000 } } },
  },
  { state: 'failed', ...failsFirst('exit 1'), manager: { policy: { intensity: { crashes: 0 } } } },
  { state: 'misconfigured', ...failsFirst('exit 78') },
];

/** A stage for a situation; where starting is to be waited for, somebody holds the only slot for a while. */
export async function stageFor({ state, manager }: Situation): Promise<Stage> {
  const stage = createStage(manager);
  if (state === 'queued') await stage.add('hangs-while-importing.js').waitFor('registering');
  return stage;
}

/** Adds a connection, and acts in the very moment in which it is in the situation for the first time. */
export function addAndCatch(
  stage: Stage,
  situation: Situation,
  act: (connection: Connection) => void,
): Connection {
  const { state, module, options, provoke } = situation;
  const connection = stage.add(module, { ...options, enabled: false });
  let caught = false;
  const look = (): void => {
    if (caught || connection.status.state !== state) return;
    caught = true;
    act(connection);
  };
  look();
  connection.subscribe(look);
  if (provoke) void connection.waitFor('ready').then(() => provoke(connection));
  if (!caught) connection.enable();
  return connection;
}
