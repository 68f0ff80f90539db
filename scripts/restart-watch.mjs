// Restarts a module that takes 3 s to register, once, and watches for 20 s how many processes that leads to.
//   npm run build && node scripts/restart-watch.mjs
// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createManager } from '../dist/index.js';

const connection = `restart-${process.pid}`;
const watcher = new Worker(new URL('./watch-processes.mjs', import.meta.url), { workerData: { connection } });
const manager = createManager();
const module = fileURLToPath(new URL('../test/faults/fixtures/takes-its-time.js', import.meta.url));
const lamp = manager.add({ id: connection, module, env: { BEFORE_REGISTER: '3000' } });
const exits = [];
manager.on('exit', ({ exit }) => exits.push(exit.cause));
await lamp.waitFor('ready');
lamp.restart();
await wait(20_000);
const { state, incarnation } = lamp.status;
watcher.postMessage('stop');
const [{ seen, doubles }] = await once(watcher, 'message');
const isRight =
  state === 'ready' &&
  incarnation === 2 &&
  seen.length === 2 &&
  doubles.length === 0 &&
  exits.join() === 'stopped';
console.log(
  JSON.stringify({ isRight, state, incarnation, processesSeen: seen.length, atOnce: doubles, exits }),
);
await manager.stop();
process.exitCode = isRight ? 0 : 1;
