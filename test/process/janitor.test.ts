import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { janitorScript } from '../../src/process/janitor-script.ts';
import { membersOf } from '../../src/process/process-table.ts';
import { identify } from '../../src/process/signals.ts';
import { lives } from './life-signs.ts';

/** A group of two that sleep. */
function group(script = 'sleep 1000 & exec sleep 1000', env: NodeJS.ProcessEnv = {}) {
  const child = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], ...env },
  });
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
  });
  return { child, ...identify(child.pid!) };
}

function janitor(run = 'of-this-test') {
  const shell = spawn('/bin/sh', ['-c', janitorScript, 'greenroom-janitor', run], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  onTestFinished(() => void shell.kill('SIGKILL'));
  let complaints = '';
  shell.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  return {
    shell,
    /** Ends its stdin, as the end of the host does; resolves when it is done. */
    async hostGone(): Promise<string> {
      shell.stdin.end();
      await once(shell, 'exit');
      return complaints;
    },
  };
}

function endOf(child: ChildProcess): Promise<unknown> {
  return child.signalCode === null ? once(child, 'exit') : Promise.resolve();
}

describe.runIf(process.platform !== 'win32')('the janitor', () => {
  test('kills the groups it was told of, and not those it was told to forget', async () => {
    const [mine, gone] = [group(), group()];
    const { shell, hostGone } = janitor();
    for (const { pid, startTime } of [mine, gone]) shell.stdin.write(`watch ${pid} ${startTime ?? 0}\n`);
    shell.stdin.write(`forget ${gone.pid}\n`);
    await hostGone();
    await endOf(mine.child);
    expect(lives(gone.pid)).toBe(true);
  });

  test('is done at once, and has nothing to say, when there is nobody', async () => {
    expect(await janitor().hostGone()).toBe('');
  });
});

describe.runIf(process.platform === 'linux')('the janitor on Linux', () => {
  test('takes signals for none of its business', async () => {
    const mine = group();
    const { shell, hostGone } = janitor();
    shell.stdin.write(`watch ${mine.pid} 0\n`);
    // It ignores them from its second line on.
    await expect.poll(() => ignores(shell.pid!, constants.signals.SIGTERM)).toBe(true);
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) shell.kill(signal);
    await hostGone();
    await endOf(mine.child);
    expect(shell.signalCode).toBeNull();
  });

  test('[F28] leaves a stranger alone who has got the number of a group that is gone', async () => {
    const stranger = group();
    const { shell, hostGone } = janitor();
    shell.stdin.write(`watch ${stranger.pid} 1\n`);
    await hostGone();
    expect(lives(stranger.pid)).toBe(true);
  });

  test('[F28] kills the rest of a group whose leader is gone', async () => {
    const mine = group('sleep 1000 & exit');
    const { shell, hostGone } = janitor();
    shell.stdin.write(`watch ${mine.pid} ${mine.startTime ?? 0}\n`);
    await endOf(mine.child);
    expect(membersOf(mine.pid)).toHaveLength(1);
    await hostGone();
    await expect.poll(() => membersOf(mine.pid)).toEqual([]);
  });

  test('[F28] kills whoever carries the cookie of its run, and nobody else', async () => {
    const run = `run-${process.pid}`;
    const [mine, another] = [group('exec sleep 1000', { GREENROOM_RUN: run }), group('exec sleep 1000')];
    await janitor(run).hostGone();
    await endOf(mine.child);
    expect(lives(another.pid)).toBe(true);
  });
});

function ignores(pid: number, signal: number): boolean {
  const mask = /^SigIgn:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${mask}`) & (1n << BigInt(signal - 1))) !== 0n;
}
