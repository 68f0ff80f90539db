// Kills a module again and again, at random moments of all its phases, and checks what must be true whatever happens.
//   npm run build && npm run kill -- --times 200 --seed 7 --json
// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { createManager } from '../dist/index.js';
import { processesOf } from './watch-processes.mjs';

const phases = ['spawning', 'registering', 'initialising', 'ready'];
const callsInFlight = 20;
const patience = 10_000;

const { values: options } = parseArgs({
  options: {
    times: { type: 'string', default: '200' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const times = Number(options.times);
const seed = Number(options.seed ?? Date.now() % 1_000_000);
const random = randomFrom(seed);
const connection = `kill-${process.pid}`;
const violations = [];
const kills = [];

if (!Number.isInteger(times) || times < 1)
  throw new RangeError(`--times must be a whole number above 0, but is ${options.times}.`);
if (!options.json) console.log(`kill -9, ${times} times, seed ${seed}`);

const watcher = new Worker(new URL('./watch-processes.mjs', import.meta.url), { workerData: { connection } });
const manager = createManager({
  policy: {
    backoff: { initial: 5, most: 20 },
    intensity: { crashes: Infinity },
    deadlines: { ask: 1000, terminate: 1000 },
  },
});
const module = fileURLToPath(new URL('../test/faults/fixtures/takes-its-time.js', import.meta.url));
const lamp = manager.add({ id: connection, module, env: { BEFORE_REGISTER: '15', BEFORE_READY: '15' } });
manager.on('problem', ({ error }) => violations.push(`the manager has a problem: ${String(error)}`));
await lamp.waitFor('ready', { timeout: patience });

for (let number = 1; number <= times; number += 1) {
  try {
    await killOnce(number, phases[Math.floor(random() * phases.length)]);
  } catch (error) {
    violations.push(`kill ${number}: ${error.message}`);
    break;
  }
}
await manager.stop();
watcher.postMessage('stop');
const [{ looks, doubles }] = await once(watcher, 'message');
for (const pids of doubles) violations.push(`two live processes of one connection: ${pids.join(' and ')}`);
const left = processesOf(connection);
if (left.length > 0) violations.push(`left at the end: ${left.join(', ')}`);
report();
process.exitCode = violations.length === 0 ? 0 : 1;

/** Brings the module into the phase, kills it at a random moment of it, and waits until it is ready again. */
async function killOnce(number, phase) {
  const before = lamp.status.incarnation;
  const isInPhase = ({ state, incarnation }) =>
    state === phase && (phase === 'ready' || incarnation > before);
  // In the listener itself: this phase is over in the same turn.
  const atOnce = phase === 'spawning' ? killWhenSpawning() : undefined;
  const inPhase = lamp.waitFor(isInPhase, { timeout: patience });
  if (phase !== 'ready') lamp.restart();
  await inPhase;
  const kill = await (atOnce ?? killAfter(random() * 20));
  kills.push(kill);
  kill.turns = await kill.lost;
  const isBack = ({ state, incarnation }) => state === 'ready' && incarnation > kill.incarnation;
  const { pid } = await lamp.waitFor(isBack, { timeout: patience });
  kill.recovery = performance.now() - kill.at;
  const pids = processesOf(connection);
  if (pids.join(' ') !== String(pid))
    violations.push(`kill ${number}: ready as ${pid}, but the processes are: ${pids.join(', ')}`);
}

function fail(why) {
  violations.push(`incarnation ${lamp.status.incarnation}: ${why}`);
}

function killWhenSpawning() {
  return new Promise((resolve, reject) => {
    const unsubscribe = lamp.subscribe(({ state }) => {
      if (state !== 'spawning') return;
      unsubscribe();
      try {
        resolve(killNow());
      } catch (error) {
        reject(error);
      }
    });
  });
}

async function killAfter(milliseconds) {
  const lost = lamp.status.state === 'ready' ? beginCalls() : undefined;
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  // It may have got further meanwhile: what counts is where it is when it dies.
  return killNow(lost ?? (lamp.status.state === 'ready' ? beginCalls() : undefined));
}

function killNow(lost) {
  const { state, incarnation } = lamp.status;
  // While setpriv becomes the module there is a moment in which the process has no environment to be known by.
  let [pid] = processesOf(connection);
  for (const end = performance.now() + 1000; pid === undefined && performance.now() < end;)
    [pid] = processesOf(connection);
  if (pid === undefined) throw new Error(`there is no process to kill while ${state}`);
  const at = performance.now();
  process.kill(Number(pid), 'SIGKILL');
  return { phase: state, incarnation, at, lost };
}

/** Begins calls that will never be answered, and tells how many turns of the event loop after the exit the last was rejected. */
function beginCalls() {
  let open = callsInFlight;
  for (let call = 0; call < callsInFlight; call += 1) {
    lamp.call('never', null, { timeout: 60_000 }).then(
      () => fail('a call that has no answer was answered'),
      (error) => {
        open -= 1;
        if (error.code !== 'CONNECTION_LOST') fail(`a call in flight was rejected with ${error.code}`);
      },
    );
  }
  return new Promise((resolve) => {
    const unsubscribe = manager.on('exit', () => {
      unsubscribe();
      let turns = 0;
      const count = () => {
        turns += 1;
        if (open > 0 && turns < 100) return void setImmediate(count);
        if (turns > 1)
          fail(
            `${open === 0 ? 'the last' : open} of ${callsInFlight} calls settled ${turns} turns after the exit`,
          );
        resolve(turns);
      };
      setImmediate(count);
    });
  });
}

function report() {
  const table = Object.fromEntries(
    phases.map((phase) => [phase, summary(kills.filter((kill) => kill.phase === phase))]),
  );
  const result = {
    seed,
    kills: kills.length,
    recoveries: kills.filter(({ recovery }) => recovery !== undefined).length,
    phases: table,
    recovery: summary(kills),
    callsInFlight: callsInFlight * kills.filter(({ turns }) => turns !== undefined).length,
    mostTurnsUntilRejected: Math.max(0, ...kills.map(({ turns }) => turns ?? 0)),
    looksAtTheSystem: looks,
    violations,
  };
  if (options.json) return console.log(JSON.stringify(result));
  console.table({ ...table, all: result.recovery });
  console.log(
    `${result.recoveries} recoveries of ${result.kills} kills; times in ms from the kill to ready, 30 of which the module waits by itself`,
  );
  console.log(
    `${result.callsInFlight} calls in flight, all rejected within ${result.mostTurnsUntilRejected} turn(s) of the exit`,
  );
  console.log(`${looks} looks at the operating system, ${left.length} processes left`);
  for (const violation of violations) console.error(`VIOLATION ${violation}`);
}

function summary(some) {
  const sorted = some.map(({ recovery }) => recovery ?? Infinity).toSorted((a, b) => a - b);
  const at = (share) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { kills: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** Numbers from 0 up to 1, the same for the same seed. */
function randomFrom(start) {
  const modulus = 2 ** 31 - 1;
  let state = (start % (modulus - 1)) + 1;
  return () => {
    state = (state * 48_271) % modulus;
    return state / modulus;
  };
}
