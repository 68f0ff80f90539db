// Sends hostile frames to every channel and protocol, on both sides of the wire, and ends with 1 if anything doesn't hold out. Needs a built dist.
//   npm run fuzz -- --frames 1000000 --seed 1 --only native-lines --json
// --frames are shared out among the targets. A failure prints its seed and the shrunk script; `--only TARGET --seed SEED` finds it again.
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fuzz } from '../dist/testing/fuzz/fuzz.js';
import { targets } from '../dist/testing/fuzz/targets.js';

const { values: options } = parseArgs({
  options: {
    frames: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  },
});
const chosen = targets.filter(({ name }) => options.only === undefined || options.only.includes(name));
const [frames, seed] = [Number(options.frames), Number(options.seed)];
if (chosen.length === 0 || !(frames > 0) || !Number.isInteger(seed)) {
  console.error(
    `There is nothing to do: --frames and --seed are numbers, and --only is one of ${targets.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

/** What a run may add to the heap, however long it is; megabytes. */
const mostGrowth = 50;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
let failures = 0;
let total = 0;
for (const target of chosen) failures += (await run(target)) ? 0 : 1;
if (!options.json)
  console.log(
    `${total.toLocaleString('en')} frames, ${failures} of ${chosen.length} targets failed, seed ${seed}`,
  );
process.exitCode = failures === 0 ? 0 : 1;

async function run(target) {
  const share = Math.ceil(frames / chosen.length);
  // The first frames compile what they meet.
  const first = await fuzz(target, { frames: Math.ceil(share / 10), seed });
  const before = heap();
  const rest = first.found
    ? undefined
    : await fuzz(target, { frames: share - first.frames, seed: seed + 1_000_000 });
  const grown = heap() - before;
  const found = first.found ?? rest?.found;
  const sent = first.frames + (rest?.frames ?? 0);
  const seconds = first.seconds + (rest?.seconds ?? 0);
  total += sent;
  tell({
    target: target.name,
    frames: sent,
    seconds: Number(seconds.toFixed(1)),
    heapGrownMB: Number(grown.toFixed(1)),
    found,
  });
  return found === undefined && grown < mostGrowth;
}

function tell(line) {
  if (options.json) return console.log(JSON.stringify(line));
  const { target, frames: sent, seconds, heapGrownMB, found } = line;
  console.log(
    `${target.padEnd(18)} ${String(sent).padStart(9)} frames ${seconds.toFixed(1).padStart(7)} s   heap ${heapGrownMB} MB`,
  );
  if (found)
    console.log(
      `  found with --only ${target} --seed ${found.seed}: ${found.error}\n  ${JSON.stringify(found.script)}`,
    );
}

function heap() {
  collect();
  collect();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
