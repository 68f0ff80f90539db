import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { leftoverProcesses } from './leftover-processes.ts';

const onLinux = test.runIf(process.platform === 'linux');
const idle = ['-e', 'setInterval(() => {}, 1000); process.stdout.write(String(process.pid))'];
const run = { cookie: process.env['GREENROOM_TEST_RUN'] ?? '', pid: process.pid };

onLinux('an orphaned module process without the cookie is found with its command line', async () => {
  const parent = `const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ${JSON.stringify(idle)}, {
      detached: true, stdio: ['ignore', 'inherit', 'ignore'], env: { GREENROOM_CONNECTION: 'orphan' } });
    child.unref();`;
  const pid = await announcedPid(spawn(process.execPath, ['-e', parent]));
  await expect.poll(() => leftoverProcesses(run).map((left) => left.pid)).toContain(pid);
  expect(leftoverProcesses(run).find((left) => left.pid === pid)?.commandLine).toContain('setInterval');
});

onLinux('a process with the cookie of the run is found unless it is the run’s own child', async () => {
  const pid = await announcedPid(spawn(process.execPath, idle));
  expect(pidsLeft(run.cookie, 1)).toContain(pid);
  expect(pidsLeft(run.cookie, process.pid)).not.toContain(pid);
});

onLinux('a process that has ended is not found any more', async () => {
  const child = spawn(process.execPath, idle);
  const pid = await announcedPid(child);
  expect(pidsLeft(run.cookie, 1)).toContain(pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(pidsLeft(run.cookie, 1)).not.toContain(pid);
});

onLinux('a module process of another test run is left alone while that run lives', async () => {
  const environment = { GREENROOM_CONNECTION: 'somebody-else' };
  const pid = await announcedPid(spawn(process.execPath, idle, { env: environment }));
  expect(pidsLeft('another run', 1)).not.toContain(pid);
});

function pidsLeft(cookie: string, pid: number): number[] {
  return leftoverProcesses({ cookie, pid }).map((left) => left.pid);
}

async function announcedPid(child: ChildProcess): Promise<number> {
  const [text] = (await once(child.stdout!, 'data')) as [Buffer];
  const pid = Number(text);
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });
  return pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
