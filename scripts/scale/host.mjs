// One manager with so many connections, started all at once, left alone for a while, and stopped; tells as JSON what that cost this process.
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createManager } from '../../dist/index.js';
import { createTestManager, initialises, life, registers } from '../../dist/testing/index.js';

const [kind, howMany, howLong, launcher] = process.argv.slice(2);
const count = Number(howMany);
const ids = Array.from({ length: count }, (_, index) => `scale-${index}`);
const violations = [];

const { manager, settled } = kind === 'simulated' ? simulated() : real();
// Once around with one connection, so that what is only made once isn't counted.
await oneLife('warm-up');
const empty = heap();
const start = await cost(async () => {
  for (const id of ids) manager.add({ id, module: moduleOf(id) });
  await settled(Promise.all(manager.connections.map((connection) => connection.waitFor('ready'))));
});
const ready = heap();
const idle = await steady(Number(howLong) * 1000);
for (const { id, status } of manager.connections) {
  if (status.state !== 'ready' || status.incarnation !== 1)
    violations.push(`${id} is ${status.state}, incarnation ${status.incarnation}`);
}
const { rss } = process.memoryUsage();
const stop = await cost(() => settled(manager.stop()));
if (manager.connections.length > 0) violations.push(`${manager.connections.length} connections are left`);
console.log(
  JSON.stringify({
    kind,
    count,
    heapPerConnection: Math.round((ready - empty) / count),
    startPerConnection: perConnection(start.cpu),
    stopPerConnection: perConnection(stop.cpu),
    startSeconds: seconds(start.elapsed),
    stopSeconds: seconds(stop.elapsed),
    cpuPercent: idle,
    rssMebibytes: Math.round(rss / 2 ** 20),
    violations,
  }),
);

function simulated() {
  const played = life([registers(), initialises()]);
  const modules = Object.fromEntries([...ids, 'warm-up'].map((id) => [id, played]));
  const own = createTestManager({ modules, policy: { heartbeat: { interval: 0 } } });
  return { manager: own, settled: (promise) => own.until(promise) };
}

function real() {
  return { manager: createManager({ launcher: launcher === 'launcher' }), settled: (promise) => promise };
}

function moduleOf(id) {
  return kind === 'simulated'
    ? `${id}.js`
    : fileURLToPath(new URL('../../test/faults/fixtures/healthy.js', import.meta.url));
}

async function oneLife(id) {
  const connection = manager.add({ id, module: moduleOf(id) });
  await settled(connection.waitFor('ready'));
  await settled(connection.remove());
}

/** Of one core, in per cent; the processes of the modules not counted. */
async function steady(milliseconds) {
  if (kind === 'simulated') return null;
  const { cpu, elapsed } = await cost(() => wait(milliseconds));
  return Number(((100 * cpu) / elapsed).toFixed(2));
}

/** Milliseconds of processor time of this process, and of the clock. */
async function cost(action) {
  const [cpu, began] = [process.cpuUsage(), performance.now()];
  await action();
  const { user, system } = process.cpuUsage(cpu);
  return { cpu: (user + system) / 1000, elapsed: performance.now() - began };
}

function heap() {
  for (let times = 0; times < 4; times += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

function perConnection(milliseconds) {
  return Number((milliseconds / count).toFixed(3));
}

function seconds(milliseconds) {
  return Number((milliseconds / 1000).toFixed(2));
}
