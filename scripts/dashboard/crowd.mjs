/** Five hundred connections with fake processes, which need no processors but this one. */
import {
  createTestManager,
  exits,
  initialises,
  life,
  notifies,
  registers,
  says,
  VirtualClock,
} from '../../dist/testing/index.js';

const kinds = [
  'camera',
  'fader',
  'lamp',
  'matrix',
  'mixer',
  'prompter',
  'recorder',
  'router',
  'screen',
  'tally',
];
const unlimited = {
  intensity: { crashes: 1_000_000 },
  backoff: { initial: 1, most: 1, jitter: 0 },
  heartbeat: { interval: 0 },
};

/** So many connections that crash every `period` milliseconds on average; some of them only, if `share` is below 1. */
export function crowd({ size = 500, period, share = 1, since = Date.now() }) {
  const clock = new VirtualClock(since);
  const ids = Array.from(
    { length: size },
    (_, index) =>
      `${kinds[index % kinds.length]}-${String(1 + Math.floor(index / kinds.length)).padStart(2, '0')}`,
  );
  const modules = Object.fromEntries(
    ids.map((id, index) => [
      id,
      (index * 37) % size < share * size ? crashing(index, period) : steady(index),
    ]),
  );
  const manager = createTestManager({
    clock,
    modules,
    startSlots: size,
    policy: share === 1 ? unlimited : {},
  });
  const start = () => {
    for (const id of ids)
      manager.add({ id, label: `${id} in hall ${1 + (id.length % 4)}`, module: 'module.js' });
  };
  return { manager, clock, start };
}

/** Each begins at another moment, so that they don't all crash at once. */
function crashing(index, period) {
  return (incarnation) =>
    life([
      registers({ after: 15 }),
      initialises({ after: 15 }),
      notifies('$status', { level: 'ok', message: `${index} channels` }),
      says('Error: the line is dead', {
        stream: 'stderr',
        after: incarnation === 1 ? (index * 7) % period : period,
      }),
      exits(1),
    ]);
}

function steady(index) {
  // One in thirty has had a bad moment.
  if (index % 30 === 7)
    return (incarnation) =>
      incarnation === 1
        ? life([
            registers({ after: 15 }),
            initialises({ after: 15 }),
            exits(1, { after: (index * 7919) % 3_600_000 }),
          ])
        : well(index);
  return well(index);
}

function well(index) {
  return life([
    registers({ after: 15 }),
    initialises({ after: 15 }),
    notifies('$status', { level: 'ok', message: `${1 + (index % 48)} channels` }),
  ]);
}

/** What a crowd tells within so many milliseconds of its own time, as a film: it can be shown again without the work of playing it. */
export async function filmed({ period, milliseconds }) {
  const { manager, clock, start } = crowd({ period });
  start();
  await manager.advance(2000);
  const began = clock.now();
  const frames = [];
  for (const name of ['status', 'exit', 'output', 'message'])
    manager.on(name, (event) => frames.push({ after: clock.now() - began, name, event }));
  const cast = manager.status.connections;
  await manager.advance(milliseconds);
  return { cast, frames, milliseconds };
}

/** A manager that shows a film over and over; nothing but what a dashboard needs. */
export function screen({ cast, frames, milliseconds }) {
  const listeners = new Map();
  const connections = new Map(
    cast.map((status) => [status.id, { id: status.id, status, history: [], redact: (text) => text }]),
  );
  const began = performance.now();
  let next = 0;
  let rounds = 0;
  const show = ({ name, event }) => {
    if (name === 'status') connections.get(event.connection).status = event.status;
    for (const listener of listeners.get(name) ?? []) listener(event);
  };
  const timer = setInterval(() => {
    const now = performance.now() - began;
    while (now >= rounds * milliseconds + frames[next].after) {
      show(frames[next]);
      next = (next + 1) % frames.length;
      if (next === 0) rounds += 1;
    }
  }, 10);
  return {
    connections: [...connections.values()],
    status: {
      state: 'running',
      startSlots: { total: 4, held: 0, waiting: 0 },
      spares: [],
      guards: {},
      connections: cast,
    },
    has: (id) => connections.has(id),
    get: (id) => connections.get(id),
    on(name, listener) {
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all.add(listener));
      return () => all.delete(listener);
    },
    end: () => clearInterval(timer),
  };
}
