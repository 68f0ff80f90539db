// What the guards against orphans cost: milliseconds from the order to start until a module is ready, with each set of guards.
//   npm run build && node scripts/guard-cost.mjs --rounds 60
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createManager } from '../dist/index.js';

const sets = {
  none: { parentDeathSignal: false, janitor: false },
  'parent-death signal': { janitor: false },
  janitor: { parentDeathSignal: false },
  all: {},
};
const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '60' } } });
const module = fileURLToPath(new URL('../test/faults/fixtures/healthy.js', import.meta.url));
const contenders = Object.entries(sets).map(([name, guards]) => {
  const manager = createManager({ guards });
  return { name, manager, connection: manager.add({ id: name, module, enabled: false }), times: [] };
});

for (let round = 0; round < Number(options.rounds); round += 1) {
  for (const contender of contenders.toSorted(() => Math.random() - 0.5)) await startOnce(contender);
}
const base = contenders[0].times;
console.table(Object.fromEntries(contenders.map(({ name, times }) => [name, summary(times)])));
await Promise.all(contenders.map(({ manager }) => manager.stop()));

async function startOnce({ connection, times }) {
  const began = performance.now();
  connection.enable();
  await connection.waitFor('ready');
  times.push(performance.now() - began);
  connection.disable();
  await connection.waitFor('disabled');
}

function summary(times) {
  const extra = times.map((time, round) => time - base[round]);
  return { 'ready after (ms)': median(times), 'paired difference (ms)': median(extra) };
}

function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return Number(sorted[Math.floor(sorted.length / 2)]?.toFixed(2));
}
