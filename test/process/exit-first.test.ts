import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { exitFirst } from '../../src/process/exit-first.ts';
import { readProcess } from '../../src/process/process-table.ts';
import { fixture, start } from './incarnation-kit.ts';

const onLinux = test.runIf(process.platform === 'linux');

onLinux('of a process that is killed its exit is told, and not the channel that closes with it', async () => {
  const { saw, types } = start(fixture('registers.js'));
  const { pid } = await saw('process.spawned');
  await saw('module.registered');
  process.kill(pid, 'SIGKILL');
  await saw('process.exited');
  expect(types()).toEqual(['process.spawned', 'module.registered', 'process.exited']);
});

onLinux('a closed channel is told after all when the exit of a dead process does not come', async () => {
  // The dead child of a program that doesn't reap: what a debugger makes of ours. A shell does, until it has become that program.
  const parent = shell('cat <&3 & echo $!; exec sleep 60');
  const dead = await saidPid(parent);
  await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
  (parent.stdio[3] as Writable).end();
  await expect.poll(() => readProcess(dead)?.state).toBe('Z');
  const { told, report } = recorder(dead);
  report({ type: 'channel.closed' });
  expect(told).toEqual([]);
  report({ type: 'heartbeat.missed' });
  expect(told).toEqual(['heartbeat.missed']);
  await expect.poll(() => told).toEqual(['heartbeat.missed', 'channel.closed']);
});

onLinux('a closed channel is not told at once either when somebody else has reaped the process', async () => {
  const child = shell('echo $$');
  const pid = await saidPid(child);
  await expect.poll(() => readProcess(pid)).toBeUndefined();
  const { told, report } = recorder(pid);
  report({ type: 'channel.closed' });
  expect(told).toEqual([]);
  await expect.poll(() => told).toEqual(['channel.closed']);
});

test('the channel of a process that lives on is told to be closed at once', async () => {
  const parent = shell('echo $$; exec sleep 60');
  const { told, report } = recorder(await saidPid(parent));
  report({ type: 'channel.closed' });
  expect(told).toEqual(['channel.closed']);
});

function shell(script: string): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  return child;
}

async function saidPid(child: ChildProcess): Promise<number> {
  const [said] = (await once(child.stdout as Readable, 'data')) as [Buffer];
  return Number(said.toString());
}

function recorder(pid: number) {
  const told: string[] = [];
  return { told, report: exitFirst(pid, ({ type }) => void told.push(type)) };
}
