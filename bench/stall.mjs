// Measures how long the event loop of a large host stands still for one start: with a start of its own, and through the launcher.
//   npm run build && node bench/stall.mjs --mebibytes 1024 --rounds 15 --json
// The longest turn of the event loop from the order to start until the module has registered, by the processor time it took: so that others who use the machine
// meanwhile aren't taken for a stall. By the clock is told as well, and so is the longest turn of a host that starts nothing.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createManager } from '../dist/index.js';

const { values: options } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '1024' },
    rounds: { type: 'string', default: '15' },
    // For machines that aren't quiet: only a ratio above this is a failure.
    'most-ratio': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const module = fileURLToPath(new URL('../test/faults/fixtures/healthy.js', import.meta.url));
// Written to, so that it is really there.
const ballast = Array.from({ length: Number(options.mebibytes) }, () => Buffer.alloc(2 ** 20, 1));
const rss = process.memoryUsage.rss();

const contenders = { direct: await contender(false), launched: await contender(true) };
const stalls = { direct: [], launched: [], nothing: [] };
for (let round = 0; round < rounds; round += 1) {
  const names = Object.keys(contenders);
  for (const name of round % 2 === 0 ? names : names.toReversed())
    stalls[name].push(await longestTurn(() => contenders[name].begin()));
  stalls.nothing.push(await longestTurn(() => new Promise((resolve) => setTimeout(resolve, 60))));
  for (const { end } of Object.values(contenders)) await end();
}
for (const { manager } of Object.values(contenders)) await manager.stop();
if (ballast.length !== Number(options.mebibytes)) throw new Error('The ballast is gone.');
report();

/** A connection that has been started once already, so that what is only done the first time isn't measured. */
async function contender(launcher) {
  const manager = createManager({ launcher, policy: { heartbeat: { interval: 0 } } });
  const lamp = manager.add({ id: `lamp-${launcher}`, module });
  await lamp.waitFor('ready');
  const end = async () => {
    lamp.disable();
    await lamp.waitFor('disabled');
  };
  const begin = () => {
    const begun = lamp.waitFor('initialising');
    lamp.enable();
    return begun;
  };
  await end();
  return { manager, begin, end };
}

/** In milliseconds of processor time of this process, and of the clock. */
async function longestTurn(action) {
  const longest = { cpu: 0, wall: 0 };
  let isOver = false;
  let last = now();
  const turn = () => {
    const { cpu, wall } = now();
    longest.cpu = Math.max(longest.cpu, cpu - last.cpu);
    longest.wall = Math.max(longest.wall, wall - last.wall);
    last = { cpu, wall };
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await action();
  isOver = true;
  await new Promise((resolve) => setImmediate(resolve));
  return longest;
}

function now() {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1000, wall: performance.now() };
}

function report() {
  const of = (name, kind) => middle(stalls[name].map((stall) => stall[kind]));
  const ratio = middle(stalls.launched.map((stall, round) => stall.cpu / stalls.direct[round].cpu));
  const launched = of('launched', 'cpu');
  const result = {
    name: 'stall/rss-1g-cpu',
    ours: rounded(launched),
    reference: rounded(of('direct', 'cpu')),
    ratio: rounded(ratio),
    goal: '<= 1 ms and <= 0.05 of a direct start',
    met: launched <= 1 && ratio <= 0.05,
    idle: rounded(of('nothing', 'cpu')),
    byTheClock: {
      ours: rounded(of('launched', 'wall')),
      reference: rounded(of('direct', 'wall')),
      idle: rounded(of('nothing', 'wall')),
    },
    rssMebibytes: Math.round(rss / 2 ** 20),
    rounds,
  };
  if (options.json) console.log(JSON.stringify(result));
  else console.log(result);
  const most = options['most-ratio'];
  const fails = most === undefined ? !result.met : ratio > Number(most);
  process.exitCode = fails ? 1 : 0;
}

function middle(some) {
  return some.toSorted((one, other) => one - other)[Math.floor(some.length / 2)];
}

function rounded(value) {
  return Number(value.toFixed(3));
}
