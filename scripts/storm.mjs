// Adds many connections at once and looks whether each of them becomes ready at its first attempt, by default deadlines.
//   npm run build && npm run storm -- --connections 200 --json
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createManager } from '../dist/index.js';

const { values: options } = parseArgs({
  options: {
    connections: { type: 'string', default: '200' },
    slots: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(options.connections);
const module = fileURLToPath(new URL('../test/faults/fixtures/healthy.js', import.meta.url));
const manager = createManager(options.slots === undefined ? {} : { startSlots: Number(options.slots) });
const exits = [];
const registering = new Map();
let slowest = 0;
let mostAtOnce = 0;
manager.on('exit', ({ connection, exit }) => exits.push(`${connection}: ${exit.detail}`));
manager.on('status', ({ connection, status }) => {
  mostAtOnce = Math.max(mostAtOnce, manager.status.startSlots.held);
  if (status.state === 'registering') registering.set(connection, performance.now());
  if (status.state === 'initialising')
    slowest = Math.max(slowest, performance.now() - registering.get(connection));
});
const began = performance.now();
const connections = Array.from({ length: count }, (_, index) =>
  manager.add({ id: `storm-${index}`, module }),
);
await Promise.all(connections.map((connection) => connection.waitFor('ready')));
const result = {
  connections: count,
  startSlots: manager.status.startSlots.total,
  mostAtOnce,
  seconds: Number(((performance.now() - began) / 1000).toFixed(1)),
  slowestRegistration: Math.round(slowest),
  incarnations: connections.reduce((sum, { status }) => sum + status.incarnation, 0),
  exits: [...exits],
};
await manager.stop();
if (options.json) console.log(JSON.stringify(result));
else
  console.log(
    `${count} connections ready after ${result.seconds} s, ${result.exits.length} failed starts`,
    result,
  );
process.exitCode = result.exits.length === 0 && result.incarnations === count ? 0 : 1;
