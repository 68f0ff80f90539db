// Does everything bad to many modules of one host for minutes, and checks from outside and inside that every promise is kept.
//   npm run build && npm run soak -- --minutes 10 --connections 20 --seed 7 --json
// The seed decides what is done to whom in which order, not how fast the machine is. Linux: it looks into /proc.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { growth, lookAround } from './soak/checks.mjs';
import { processesOf } from './soak/look.mjs';
import { printReport, summary } from './soak/report.mjs';
import { Story } from './soak/story.mjs';
import { Subject } from './soak/subject.mjs';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    connections: { type: 'string', default: '20' },
    pause: { type: 'string', default: '3000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
});
const [minutes, connections, pause, seed] = ['minutes', 'connections', 'pause', 'seed'].map(number);
const prefix = `soak-${process.pid}-`;
const story = new Story(`seed ${seed}`);
const { violations } = story;
const fail = (id, what) => story.fail(id, what);
const faults = {};
const recoveries = {};
const refused = {};
let isOver = false;
let isStopping = false;
let hostWakesAt = 0;

const hostFile = fileURLToPath(new URL('soak/host.mjs', import.meta.url));
// A folder of its own, so that others' temporary files don't count.
const temporary = mkdtempSync(join(tmpdir(), 'soak-'));
const host = spawn(process.execPath, ['--expose-gc', hostFile], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, TMPDIR: temporary },
});
const hostExit = once(host, 'exit');
const answers = new Map();
const random = randomFrom(seed);
const tools = { send: (order) => host.connected && host.send(order), fail, record, random };
const subjects = new Map(
  Array.from({ length: connections }, (_, index) => {
    const subject = new Subject(`${prefix}${index}`, index % 3 === 0, tools);
    subject.recovered = (name, milliseconds) => (recoveries[name] ??= []).push(milliseconds);
    return [subject.id, subject];
  }),
);
if (!options.json) console.log(`soak of ${connections} connections for ${minutes} min, seed ${seed}`);
host.on('message', hear);
host.once('exit', (code, signal) => isStopping || fail(null, `the host ended: ${code ?? signal}`));
for (const subject of subjects.values()) subject.order('add');
await Promise.all([...subjects.values()].map((subject) => isReady(subject)));
const before = await ask('figures');
const looking = lookAround(prefix, subjects, { isOver: () => isOver, hostWakesAt: () => hostWakesAt, fail });
const over = wait(minutes * 60_000).then(() => (isOver = true));
await Promise.all([
  ...[...subjects.values()].map((subject) => subject.suffer(() => isOver, pause)),
  disturbHost(),
  over,
]);
await wait(2000);
const after = await ask('figures');
isStopping = true;
tools.send({ does: 'stop' });
const end = await Promise.race([answer('stopped'), hostExit.then(() => null)]);
const left = processesOf(prefix);
if (left.length > 0) violations.push(`left when the manager has stopped: ${JSON.stringify(left)}`);
await Promise.race([hostExit, wait(5000)]);
host.kill('SIGKILL');
for (const { pid } of left) process.kill(pid, 'SIGKILL');
rmSync(temporary, { recursive: true });
if (before && after) violations.push(...growth(before, after));
printReport(
  summary({
    seed,
    minutes,
    connections,
    faults,
    recoveries,
    refused,
    looks: await looking,
    end,
    before,
    after,
    violations,
  }),
  options.json,
);
process.exitCode = violations.length === 0 ? 0 : 1;

function hear(told) {
  if (told.status) subjects.get(told.status.id)?.take(told.status);
  if (told.exit && !isStopping) subjects.get(told.connection)?.takeExit(told.exit);
  if (told.violation) fail(told.connection, told.violation);
  if (told.refused) {
    refused[told.refused] = (refused[told.refused] ?? 0) + 1;
    if (told.refused === 'misbehave') subjects.get(told.id)?.takeRefusal(told.number);
  }
  if (told.status ?? told.exit) story.add(told.connection ?? told.status.id, told.exit ?? told.status);
  for (const [key, resolve] of answers) if (key in told) resolve(told);
}

/** Stops and blocks the whole host now and then: nobody's process may end for that. */
async function disturbHost() {
  for (;;) {
    await Promise.race([wait(3000 + random() * 9000), over]);
    if (isOver) return;
    const milliseconds = 500 + random() * 2000;
    const name = random() < 0.5 ? 'host blocked' : 'host stopped';
    record(null, name);
    hostWakesAt = performance.now() + milliseconds + 2000;
    if (name === 'host blocked') tools.send({ does: 'block', milliseconds });
    else {
      host.kill('SIGSTOP');
      await wait(milliseconds);
      host.kill('SIGCONT');
    }
  }
}

function record(id, name) {
  if (!name.endsWith('mended')) faults[name] = (faults[name] ?? 0) + 1;
  story.add(id, { did: name });
}

async function isReady(subject) {
  while (subject.status?.state !== 'ready') await wait(20);
}

function ask(does) {
  tools.send({ does });
  return answer(does).then((told) => told[does]);
}

function answer(key) {
  return new Promise((resolve) => answers.set(key, (told) => resolve(told) ?? answers.delete(key)));
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

function number(name) {
  const value = Number(options[name]);
  if (value > 0) return value;
  throw new RangeError(`--${name} must be a number above 0, but is ${options[name]}.`);
}
