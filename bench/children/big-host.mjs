// Has so much memory, starts processes, and prints the median of the longest standstills of its event loop: `node big-host.mjs direct 10 1024`. As many starts before warm it up: code that has hardly run yet takes several times as long.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { commandModule, createManager } from '../../dist/index.js';
import { median } from '../statistics.mjs';
import { child } from '../contenders/child.mjs';

const [how, spawns, megabytes] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const launcher = { direct: false, launcher: true }[how];

const nothing = new Int32Array(new SharedArrayBuffer(4));
// Touched, or it would be no memory yet.
const ballast = Array.from({ length: megabytes / 64 }, () => Buffer.alloc(64 * 2 ** 20, 1));
const milliseconds = how === 'spawn' ? await spawning() : await connecting();
if (ballast.length * 64 < megabytes) throw new RangeError('There is too little ballast.');
console.log(JSON.stringify({ milliseconds }));

async function spawning() {
  const taken = [];
  for (let each = 0; each < 2 * spawns; each += 1) {
    taken.push(
      await longestStandstill(async () => {
        const started = spawn('sleep', ['10'], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
        await once(started, 'spawn');
        await wait(20);
        started.kill('SIGKILL');
        await once(started, 'exit');
      }),
    );
  }
  return median(taken.slice(spawns));
}

async function connecting() {
  const manager = createManager({ launcher });
  const module = commandModule({ command: 'sh', args: [child('beats.sh')] });
  const warm = manager.add({ id: 'warm', module });
  await warm.waitFor('ready', { timeout: 20_000 });
  const taken = [];
  for (let each = 0; each < 2 * spawns; each += 1) {
    const connection = manager.add({ id: `stall-${each}`, module, enabled: false });
    await wait(20);
    taken.push(
      await longestStandstill(async () => {
        connection.enable();
        await connection.waitFor('ready', { timeout: 20_000 });
      }),
    );
    await connection.remove();
  }
  await manager.stop({ force: true });
  return median(taken.slice(spawns));
}

/** Between two looks it sleeps for a moment, which doesn't count: to look all the time makes garbage, which takes longer to collect than a start. */
async function longestStandstill(work) {
  let [longest, last, isOver] = [0, performance.now(), false];
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    Atomics.wait(nothing, 0, 0, 0.05);
    last = performance.now();
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  await work();
  isOver = true;
  return longest;
}
