// Many at once: from nothing until all of them are ready.
import { fork } from 'node:child_process';
import { createManager } from '../../dist/index.js';
import { child } from '../contenders/child.mjs';
import { handshake } from '../contenders/handshake.mjs';
import { module } from '../contenders/module.mjs';

const token = 'ab'.repeat(32);
const concurrencies = [2, 3, 4, 6, 8];

export default {
  contenders: {
    'fork, best concurrency': findBest,
    greenroom: () => ({ start: startManager }),
  },
  blocks: {
    async storm({ start }, { connections, isWarmUp }) {
      const began = performance.now();
      const stop = await start(isWarmUp ? 10 : connections);
      const seconds = (performance.now() - began) / 1000;
      await stop();
      return { seconds };
    },
  },
};

/** How many at once are fastest is tried out beforehand, and told to nobody. */
async function findBest({ connections }) {
  const seconds = new Map();
  for (const concurrency of concurrencies) {
    const began = performance.now();
    const stop = await startForks(Math.ceil(connections / 4), concurrency);
    seconds.set(concurrency, performance.now() - began);
    await stop();
  }
  const [[best]] = [...seconds].toSorted(([, a], [, b]) => a - b);
  return { start: (count) => startForks(count, best) };
}

async function startForks(count, concurrency) {
  const children = [];
  let next = 0;
  const lane = async () => {
    while (next < count) {
      next += 1;
      children.push(await startFork());
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return () => Promise.all(children.map(end));
}

function startFork() {
  return new Promise((resolve) => {
    const started = fork(child('handshake.mjs'), { env: { ...process.env, BENCH_TOKEN: token } });
    started.on(
      'message',
      handshake(
        token,
        (message) => started.send(message),
        () => resolve(started),
      ),
    );
  });
}

function end(started) {
  return new Promise((resolve) => {
    started.once('exit', resolve);
    started.kill('SIGKILL');
  });
}

async function startManager(count) {
  const manager = createManager();
  const connections = Array.from({ length: count }, (_, index) =>
    manager.add({ id: `storm-${index}`, module: module('module.mjs') }),
  );
  await Promise.all(connections.map((connection) => connection.waitFor('ready', { timeout: 120_000 })));
  return () => manager.stop({ force: true });
}
