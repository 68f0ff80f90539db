// One module floods stdout, one floods messages, and a third is called meanwhile: what that costs the host in memory, and the third in time.
//   npm run build && npm run flood -- --seconds 30 --json
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createManager } from '../dist/index.js';

const bytesPerSecond = 30_000_000;
const messagesPerSecond = 100_000;
const mostGrowth = 50;
const mostRatio = 5;
const warmUpCalls = 3000;

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '30' }, json: { type: 'boolean', default: false } },
});
const seconds = Number(options.seconds);
if (!(seconds > 0)) throw new RangeError(`--seconds must be a number above 0, but is ${options.seconds}.`);

const manager = createManager();
const module = fileURLToPath(new URL('flood-module.mjs', import.meta.url));
const add = (id, floods) => manager.add({ id: `${id}-${process.pid}`, module, env: { FLOODS: floods } });
const talker = add('talker', `output ${bytesPerSecond}`);
const sender = add('sender', `messages ${messagesPerSecond}`);
const quiet = add('quiet', '');
const connections = [talker, sender, quiet];
const seen = { messages: 0, lines: 0, linesDropped: 0, restarts: 0 };
manager.on('message', () => (seen.messages += 1));
manager.on('output', () => (seen.lines += 1));
manager.on('outputDropped', ({ lines }) => (seen.linesDropped += lines));
manager.on('exit', () => (seen.restarts += 1));
await Promise.all(connections.map((connection) => connection.waitFor('ready', { timeout: 20_000 })));

for (let call = 0; call < warmUpCalls; call += 1) await quiet.call('echo', call);
const calm = await latencies(seconds / 2);
const rssBefore = process.memoryUsage().rss;
for (const connection of [talker, sender]) connection.notify('begin');
const [flooded, rssMost] = await Promise.all([latencies(seconds), highestMemory()]);
const traffic = sender.traffic;
const { restarts } = seen;
await manager.stop();
report();

async function latencies(howLong) {
  const all = [];
  const end = performance.now() + howLong * 1000;
  while (performance.now() < end) {
    const began = performance.now();
    await quiet.call('echo', all.length, { timeout: 0 });
    all.push(performance.now() - began);
    await wait(1);
  }
  return all.toSorted((a, b) => a - b);
}

async function highestMemory() {
  let most = 0;
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    most = Math.max(most, process.memoryUsage().rss);
    await wait(50);
  }
  return most;
}

function at(sorted, share) {
  return Number(sorted[Math.floor(sorted.length * share)].toFixed(3));
}

function report() {
  const growth = Math.round((rssMost - rssBefore) / 1e6);
  const ratio = Number((at(flooded, 0.99) / at(calm, 0.99)).toFixed(2));
  const figures = {
    seconds,
    messagesRead: seen.messages,
    messagesPerSecond: Math.round(seen.messages / seconds),
    readingPutOff: traffic.pauses,
    linesShown: seen.lines,
    linesDropped: seen.linesDropped,
    restarts,
    calls: flooded.length,
    p50: { calm: at(calm, 0.5), flooded: at(flooded, 0.5) },
    p99: { calm: at(calm, 0.99), flooded: at(flooded, 0.99), ratio, goal: mostRatio, met: ratio < mostRatio },
    memory: { grewBy: growth, goal: mostGrowth, met: growth < mostGrowth },
  };
  console.log(options.json ? JSON.stringify(figures, null, 2) : figures);
  // Time depends on what else this machine does; memory and lives don't.
  process.exitCode = figures.memory.met && restarts === 0 ? 0 : 1;
}
