// Restarts modules of one host again and again, and measures whether anything gathers in it.
//   npm run build && npm run restarts -- --times 10000 --json
// A few are Node modules; the others are shell scripts that speak the protocol, or end before they do. Node runs without
// its optimising compilers: what they make of hot functions would grow for minutes, and hide what we gather.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { commandModule, createManager } from '../dist/index.js';
import { figures } from './figures.mjs';

const { values: options } = parseArgs({
  options: { times: { type: 'string', default: '10000' }, json: { type: 'boolean', default: false } },
});
const times = Number(options.times);
if (!(times >= 100)) throw new RangeError(`--times must be at least 100, but is ${options.times}.`);
if (typeof globalThis.gc !== 'function')
  throw new Error('Start it with node --expose-gc, as npm run restarts does.');

/** Samples of what the host has; the first ones show how it warms up, and don't count. */
const samples = times < 2000 ? 16 : 40;
const fixture = (name) => fileURLToPath(new URL(`../test/faults/fixtures/${name}`, import.meta.url));
const shell = (script) => commandModule({ command: 'sh', args: ['-c', script] });

const registers = `read -r token <&4; printf '{"type":"register","token":"%s","versions":[1]}\\n' "$token" >&3; read -r accepted <&3; read -r init <&3`;
const initialised = `printf '{"type":"result","id":1073741824}\\n' >&3; read -r stop <&3`;
const scripts = {
  'asked to stop': shell(`${registers}; ${initialised}; exit 0`),
  'killed by -9 when ready': shell(`${registers}; ${initialised}; exit 0`),
  'exits in init': shell(`${registers}; exit 3`),
  'exits before it registers': shell('exit 1'),
};

// A folder of its own, so that others' temporary files don't count.
process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'restarts-'));
const manager = createManager({
  policy: { backoff: { initial: 0, most: 0 }, intensity: { crashes: Infinity }, heartbeat: { interval: 0 } },
});
const perLife = Math.ceil(times / samples);
const taken = [];
let restarts = 0;
const began = performance.now();
for (let sample = 0; sample < samples; sample += 1) {
  await restartSome(perLife);
  taken.push(await figures());
}
const seconds = (performance.now() - began) / 1000;
await manager.stop();
const left = await figures();
report();
rmSync(process.env.TMPDIR, { recursive: true });
// Timers that are left would keep it from ending, and have been told.
process.exit();

/** Lets each kind of life take its turn, with a connection of its own each time: so that connections come and go as well. */
async function restartSome(count) {
  const kinds = Object.entries(scripts);
  const before = restarts;
  for (let number = 0; restarts - before < count; number += 1) {
    const isNode = number % 4 === 3;
    const [kind, module] = kinds[(number + taken.length) % kinds.length];
    await liveOn(
      isNode ? fixture('healthy.js') : module,
      isNode ? 'asked to stop' : kind,
      isNode ? 1 : Math.min(25, Math.ceil(count / 3)),
    );
  }
}

async function liveOn(module, kind, lives) {
  const connection = manager.add({ id: `restarts-${restarts}`, module });
  for (let incarnation = 1; incarnation <= lives; incarnation += 1) {
    const isNext = (status) => status.incarnation > incarnation;
    if (kind.startsWith('exits')) await connection.waitFor(isNext);
    else {
      const { pid } = await connection.waitFor(
        (status) => status.state === 'ready' && status.incarnation === incarnation,
      );
      const next = connection.waitFor(isNext);
      if (kind.startsWith('asked')) connection.restart();
      else process.kill(pid, 'SIGKILL');
      await next;
    }
    restarts += 1;
  }
  await connection.remove();
}

/** The middle of the last half of the samples against that of the quarter before: what a few collections leave behind by chance is on both sides. */
function growthOf(name) {
  const values = taken.map((sample) => sample[name]);
  const early = middle(values.slice(samples / 4, samples / 2));
  return middle(values.slice(samples / 2)) - early;
}

function middle(some) {
  return some.toSorted((one, other) => one - other)[Math.floor(some.length / 2)];
}

function report() {
  // Bytes per restart that nobody could tell from chance, and in a short run not from warming up either; of all else not one may be left.
  const most = {
    heap: times < 1000 ? Infinity : Math.max(40 * times, 256 * 1024),
    timers: 2,
    handles: 2,
    descriptors: 1,
    temporary: 3,
    listeners: 1,
  };
  const growth = Object.fromEntries(Object.keys(taken[0]).map((name) => [name, growthOf(name)]));
  const violations = Object.keys(most)
    .filter((name) => growth[name] > most[name])
    .map((name) => `${name} grew by ${growth[name]}`);
  if (left.timers > 0) violations.push(`${left.timers} timers are left when the manager has stopped`);
  const result = {
    restarts,
    seconds: Math.round(seconds),
    growth,
    first: taken[0],
    last: taken.at(-1),
    violations,
  };
  if (options.json) console.log(JSON.stringify(result));
  else {
    console.table({ first: result.first, last: result.last, growth });
    console.log(`${restarts} restarts in ${result.seconds} s`);
  }
  for (const violation of violations) console.error(`VIOLATION ${violation}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
