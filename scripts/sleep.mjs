// Stops a real host with many healthy modules for longer than every deadline, lets it go on, and looks whom it judges.
//   npm run build && npm run sleep -- --seconds 60 --connections 20 --how stopped --json
// --how blocked: its event loop doesn't turn for as long instead.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    connections: { type: 'string', default: '20' },
    how: { type: 'string', default: 'stopped' },
    json: { type: 'boolean', default: false },
  },
});
const [seconds, connections] = [Number(options.seconds), Number(options.connections)];
const milliseconds = seconds * 1000;
// All deadlines are as shipped, but shorter than the sleep.
const interval = Math.min(2000, milliseconds / 30);
const policy = { heartbeat: { interval } };

const fixture = (name) => fileURLToPath(new URL(`../test/faults/fixtures/${name}`, import.meta.url));
const host = spawn(process.execPath, [fixture('host-of-many.js'), JSON.stringify({ policy })], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const statuses = new Map();
const exits = [];
const suspects = [];
let isWatching = false;
createInterface(host.stdout).on('line', (line) => {
  const { status, connection, exit } = JSON.parse(line);
  if (status) statuses.set(status.id, status);
  if (isWatching && status?.state === 'suspect') suspects.push(status.id);
  if (isWatching && exit) exits.push(`${connection}: ${exit.detail}`);
});
const order = (told) => host.stdin.write(`${JSON.stringify(told)}\n`);
const module = fixture('healthy.js');
order({
  does: 'add',
  connections: Array.from({ length: connections }, (_, index) => ({ id: `sleep-${index}`, module })),
});
while (!areReady()) await wait(20);
const before = pids();
isWatching = true;
if (options.how === 'blocked') {
  order({ does: 'block', milliseconds });
  await wait(milliseconds);
} else {
  host.kill('SIGSTOP');
  await wait(milliseconds);
  host.kill('SIGCONT');
}
// Whoever is put down by mistake is by then: patience ends after fifteen beats.
await wait(20 * interval);
const restarted = [...before].filter(([id, pid]) => pids().get(id) !== pid).map(([id]) => id);
const result = {
  seconds,
  connections,
  how: options.how,
  interval,
  restarted,
  suspects,
  exits,
  ready: areReady(),
};
isWatching = false;
order({ does: 'stop' });
await once(host, 'exit');
console.log(
  options.json
    ? JSON.stringify(result)
    : `${connections} modules, host ${options.how} for ${seconds} s: ${restarted.length} restarted, ${suspects.length} suspected`,
);
for (const exit of exits) console.error(`VIOLATION ${exit}`);
process.exitCode = result.ready && restarted.length + suspects.length + exits.length === 0 ? 0 : 1;

function areReady() {
  return statuses.size === connections && [...statuses.values()].every(({ state }) => state === 'ready');
}

function pids() {
  return new Map([...statuses].map(([id, { pid }]) => [id, pid]));
}
