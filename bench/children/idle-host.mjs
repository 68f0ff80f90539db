// Has so many connections, calls each a few times, and prints what they cost when they are idle: `node --expose-gc idle-host.mjs direct 100 75 20`.
import { commandModule, createManager } from '../../dist/index.js';
import { createHistory } from '../../dist/history/history.js';
import { child } from '../contenders/child.mjs';
import { measured } from './idle-measured.mjs';

const launcher = process.argv[2] === 'launcher';
const [count, rest, seconds] = process.argv.slice(3).map(Number);
const calls = 10;
const manager = createManager({ launcher });
createHistory(manager);

// What is compiled and set up once belongs to no connection.
await Promise.all((await start('warm', 10)).map((connection) => connection.remove()));
const figures = await measured({ count, rest, seconds, start: () => start('idle', count) });
await manager.stop({ force: true });
console.log(JSON.stringify(figures));

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
