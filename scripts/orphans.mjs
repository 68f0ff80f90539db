// Kills a real host with SIGKILL in every phase of its module's life, and looks at the operating system for whoever is left.
//   npm run build && npm run orphans -- --times 100 --guards all --launcher --json
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Milliseconds until somebody who lives is a survivor. */
const patience = 5000;
/** After so many milliseconds without anybody they are all gone. */
const quiet = 150;
/** The host is killed up to so many milliseconds after its module got into the phase. */
const spread = 20;

const busy = 'keeps-its-event-loop-busy.js';
const saysBusy = ({ line }) => line === 'busy';
const says = (expected) => (word) => word.state === expected;
const heartbeat = { interval: 50, suspectAfter: 1, putDownAfter: 10_000 };

/** How a module gets into each phase, and how that shows. All but the last three have children, one of them in a session of its own. */
const phases = {
  spawning: { module: busy, env: { BUSY_WHILE: 'importing' }, sign: says('queued') },
  registering: { module: busy, env: { BUSY_WHILE: 'importing' }, sign: saysBusy },
  initialising: { module: busy, env: { BUSY_WHILE: 'initialising' }, sign: saysBusy },
  ready: { module: busy, env: {}, sign: says('ready') },
  suspect: { module: busy, env: { BUSY_WHILE: 'ready' }, policy: { heartbeat }, sign: says('suspect') },
  stopping: {
    module: 'says-that-it-stops.js',
    env: { TAKES: '60000' },
    ending: 'disables',
    sign: says('stopping'),
  },
  puttingDown: {
    module: 'hangs-while-importing-deaf-to-sigterm.js',
    policy: { deadlines: { register: 200, terminate: 60_000 } },
    sign: says('puttingDown'),
  },
  backingOff: {
    module: 'ends-before-it-registers.js',
    policy: { backoff: { initial: 10, most: 10 } },
    sign: says('backingOff'),
  },
};

const guardSets = {
  all: {},
  kernel: { janitor: false },
  janitor: { parentDeathSignal: false },
  none: { janitor: false, parentDeathSignal: false },
};

const { values: options } = parseArgs({
  options: {
    times: { type: 'string', default: '100' },
    guards: { type: 'string', default: 'all' },
    launcher: { type: 'boolean', default: false },
    together: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
});
const times = wholeNumber('times');
const { launcher } = options;
const guards = guardSets[options.guards];
if (guards === undefined)
  throw new RangeError(
    `--guards must be one of ${Object.keys(guardSets).join(', ')}, but is ${options.guards}.`,
  );

const results = Object.fromEntries(Object.keys(phases).map((phase) => [phase, []]));
const survivors = [];
const violations = [];
const toDo = Array.from({ length: times }, () => Object.keys(phases)).flat();
await Promise.all(Array.from({ length: wholeNumber('together') }, work));
report();
process.exitCode = survivors.length + violations.length === 0 ? 0 : 1;

async function work(_, worker) {
  for (let phase = toDo.shift(); phase !== undefined; phase = toDo.shift()) {
    const id = `orphan-${process.pid}-${worker}-${toDo.length}`;
    try {
      results[phase].push(await killHost(id, phases[phase]));
    } catch (error) {
      violations.push(`${phase}: ${error.message}`);
    }
    for (const pid of processesOf(id)) {
      survivors.push({ phase, pid, program: read(pid, 'cmdline').replaceAll('\0', ' ').trim() });
      process.kill(pid, 'SIGKILL');
    }
  }
}

/** Starts a host, kills it in the phase, and tells how many processes it had and after how many milliseconds the last was gone. */
async function killHost(id, { module, env, sign, ...order }) {
  const path = fileURLToPath(new URL(`../test/faults/fixtures/${module}`, import.meta.url));
  const program = fileURLToPath(new URL('../test/faults/fixtures/host-of-one-module.js', import.meta.url));
  const told = { ...order, id, module: path, guards, launcher, env: { ...env, HAS_CHILDREN: '1' } };
  const host = spawn(process.execPath, [program, JSON.stringify(told)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(host, 'exit');
  try {
    await sighted(host, sign);
    await wait(Math.random() * spread);
    const had = processesOf(id).length;
    host.kill('SIGKILL');
    const at = performance.now();
    await exit;
    return { had, gone: await lastSeen(id, at) };
  } finally {
    host.kill('SIGKILL');
  }
}

/** Milliseconds from then until the last process was gone; nobody is seen before it has become its program, so one look isn't enough. */
async function lastSeen(id, since) {
  let seen = 0;
  for (let now = 0; now - seen < quiet && now < patience; now = performance.now() - since) {
    if (processesOf(id).length > 0) seen = performance.now() - since;
    await wait(3);
  }
  return seen;
}

function sighted(host, sign) {
  return new Promise((resolve, reject) => {
    const tooLate = setTimeout(
      () => reject(new Error('the host never said that its module is there')),
      20_000,
    );
    const lines = createInterface(host.stdout);
    lines.on('line', (line) => {
      if (!sign(JSON.parse(line))) return;
      clearTimeout(tooLate);
      resolve();
    });
  });
}

/** Those who live and carry the id in their environment: the module, and the programs it started. */
function processesOf(id) {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.filter((pid) => read(pid, 'environ').includes(`=${id}\0`) && lives(pid)).map(Number);
}

function lives(pid) {
  const stat = read(pid, 'stat');
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function report() {
  const table = Object.fromEntries(Object.entries(results).map(([phase, kills]) => [phase, summary(kills)]));
  const kills = Object.values(results).flat().length;
  if (options.json)
    return console.log(
      JSON.stringify({ kills, guards: options.guards, launcher, phases: table, survivors, violations }),
    );
  console.table(table);
  console.log(
    `${kills} hosts killed, guards: ${options.guards}, ${launcher ? 'started by a launcher' : 'started by the host'}; ${survivors.length} survivors; times in ms from the kill`,
  );
  for (const { phase, pid, program } of survivors) console.error(`SURVIVOR ${phase}: ${pid} ${program}`);
  for (const violation of violations) console.error(`VIOLATION ${violation}`);
}

function summary(kills) {
  const sorted = kills.map(({ gone }) => gone).toSorted((one, other) => one - other);
  const at = (share) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  const processes = kills.reduce((sum, { had }) => sum + had, 0);
  return { kills: kills.length, processes, p50: at(0.5), p95: at(0.95), max: at(1) };
}

function wholeNumber(name) {
  const value = Number(options[name]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new RangeError(`--${name} must be a whole number above 0, but is ${options[name]}.`);
}
