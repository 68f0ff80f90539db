import { PlayedConnection } from './played-connection.ts';

const lamp = (): PlayedConnection => new PlayedConnection({ heartbeat: patience });
const patience = { interval: 2000, suspectAfter: 2, putDownAfter: 4 };

/** Connections without a process, by what they wait for; each has had two processes before. */
export const withoutProcess = {
  disabled: () => crashedTwice().send({ type: 'disable' }),
  preparing: () => after(crashedTwice(), 1000),
  replacing: () => covered().exit(),
  queued: () => {
    const queued = after(crashedTwice(), 1000);
    return queued.send({ type: 'preparation.succeeded', start: startOf(queued) });
  },
  backingOff: crashedTwice,
  failed: () => {
    const failing = new PlayedConnection({ intensity: { crashes: 1, period: 60_000, probe: 300_000 } });
    return secondCrash(failing);
  },
  misconfigured: () => secondCrash(lamp(), 78),
} as const;

/** Connections whose process is on its way up, or up. */
export const withProcess = {
  spawning: () => lamp().spawning(),
  registering: () => lamp().registering(),
  takingOver: () => takingOver(covered().exit()),
  initialising: () => lamp().initialising(),
  // One more missed heartbeat would be too many, here and there.
  ready: () => missed(lamp().ready(), 1),
  suspect: () => missed(lamp().ready(), 3),
} as const;

/** One whose process was found and which a spare waits for. */
function covered(): PlayedConnection {
  return lamp().ready().send({ type: 'spare.changed', pid: 4712 });
}

function takingOver(connection: PlayedConnection): PlayedConnection {
  connection.send({ type: 'preparation.succeeded', start: startOf(connection) });
  // What was told of the process before is another matter.
  connection.emitted.length = 0;
  return connection.news({ type: 'process.spawned', pid: 4712 });
}

/** Connections whose process is being ended; each step with another thing that follows. */
export const ending = {
  'leaving, to recover': () => lamp().ready().news({ type: 'channel.closed' }),
  'asking, to restart': () => lamp().ready().send({ type: 'restart' }),
  'asking, to be disabled': () => lamp().ready().send({ type: 'disable' }),
  'terminating, to recover': () =>
    lamp().ready().news({ type: 'message.refused', detail: 'no frame', fatal: true }),
  'terminating, to be disabled': () => after(ending['asking, to be disabled'](), 5000),
  'killing, to be removed': () => after(lamp().ready().send({ type: 'remove' }), 5000, 2000),
  'stuck, to restart': () => after(ending['asking, to restart'](), 5000, 2000, 5000),
} as const;

/** The number of the connection's last start. */
export function startOf({ actor }: PlayedConnection): number {
  return actor.getSnapshot().context.starts;
}

function missed(connection: PlayedConnection, times: number): PlayedConnection {
  for (let beat = 0; beat < times; beat += 1) connection.news({ type: 'heartbeat.missed' });
  return connection;
}

function after(connection: PlayedConnection, ...waits: readonly number[]): PlayedConnection {
  for (const wait of waits) connection.clock.advance(wait);
  return connection;
}

function crashedTwice(): PlayedConnection {
  return secondCrash(lamp());
}

function secondCrash(connection: PlayedConnection, code = 1): PlayedConnection {
  return connection.ready().exit().readyAgain().exit(code);
}
