// Has so many connections, calls each a few times, and prints what they cost when they are idle: `node --expose-gc idle-host.mjs 100 20`.
import { setTimeout as wait } from 'node:timers/promises';
import { commandModule, createManager } from '../../dist/index.js';
import { createHistory } from '../../dist/history/history.js';
import { child } from '../contenders/child.mjs';

const [count, seconds] = process.argv.slice(2).map(Number);
const calls = 10;
const manager = createManager();
createHistory(manager);

// What is compiled and set up once belongs to no connection.
await Promise.all((await start('warm', 10)).map((connection) => connection.remove()));
const before = heap();
await start('idle', count);
await wait(3000);
const kilobytes = (heap() - before) / count / 1024;
const cpu = process.cpuUsage();
const began = performance.now();
await wait(seconds * 1000);
const { user, system } = process.cpuUsage(cpu);
const percent = ((user + system) / 1000 / (performance.now() - began)) * 100;
await manager.stop({ force: true });
console.log(JSON.stringify({ kilobytes, percent }));

async function start(name, many) {
  const module = commandModule({ command: 'sh', args: [child('beats.sh')] });
  const connections = Array.from({ length: many }, (_, index) =>
    manager.add({ id: `${name}-${index}`, module }),
  );
  await Promise.all(connections.map((connection) => connection.waitFor('ready', { timeout: 60_000 })));
  for (let call = 0; call < calls; call += 1)
    await Promise.all(connections.map((connection) => connection.call('anything', { call })));
  return connections;
}

function heap() {
  for (let time = 0; time < 4; time += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
