// What the same processes cost without any manager: each has the same pipes and is asked something every two seconds, as a heart beats. `node --expose-gc idle-bare.mjs execa 100 75 20`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { child } from '../contenders/child.mjs';
import { measured } from './idle-measured.mjs';

const how = process.argv[2];
const [count, rest, seconds] = process.argv.slice(3).map(Number);
const stdio = ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'];
const starts = {
  spawn: () => spawn('sh', [child('beats.sh')], { stdio }),
  execa: () => execa('sh', [child('beats.sh')], { stdio, buffer: false, reject: false }),
};
const children = [];

await start(10);
console.log(JSON.stringify(await measured({ count, rest, seconds, start: () => start(count) })));
for (const each of children) each.kill('SIGKILL');
process.exit();

async function start(many) {
  const started = Array.from({ length: many }, starts[how]);
  children.push(...started);
  await Promise.all(started.map(begin));
}

async function begin(started) {
  const { 3: channel, 4: token } = started.stdio;
  token.end('token\n');
  await once(channel, 'data');
  channel.on('data', (answer) => JSON.parse(answer));
  let id = 0;
  // The beats begin one after the other, as the processes do.
  await wait(Math.random() * 2000);
  setInterval(() => channel.write(`${JSON.stringify({ type: 'call', id: (id += 1) })}\n`), 2000);
}
