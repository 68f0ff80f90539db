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
export function crowd({ size = 500, period, share = 1 }) {
  const clock = new VirtualClock(Date.now());
  const ids = Array.from(
    { length: size },
    (_, index) =>
      `${kinds[index % kinds.length]}-${String(1 + Math.floor(index / kinds.length)).padStart(2, '0')}`,
  );
  const modules = Object.fromEntries(
    ids.map((id, index) => [id, index < share * size ? crashing(index, period) : steady(index)]),
  );
  const manager = createTestManager({
    clock,
    modules,
    startSlots: size,
    policy: share === 1 ? unlimited : {},
  });
  return {
    manager,
    clock,
    start() {
      for (const id of ids)
        manager.add({ id, label: `${id} in hall ${1 + (id.length % 4)}`, module: 'module.js' });
    },
  };
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
  return life([
    registers({ after: 15 }),
    initialises({ after: 15 }),
    notifies('$status', { level: 'ok', message: `${1 + (index % 48)} channels` }),
  ]);
}
