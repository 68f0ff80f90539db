import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createProcessRegistry } from '../../src/process/registry.ts';
import { identify, signalProcess, type ProcessIdentity } from '../../src/process/signals.ts';
import { builtPath } from '../built.ts';
import { lives } from './life-signs.ts';

const onPosix = test.runIf(process.platform !== 'win32');
const onLinux = test.runIf(process.platform === 'linux');

function sleeper(script = 'exec sleep 1000'): ChildProcess & { pid: number } {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void (child.exitCode ?? child.signalCode ?? child.kill('SIGKILL')));
  return child as ChildProcess & { pid: number };
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return line;
}

// First, because signals are listened to for a second longer than needed.
onPosix('the host’s signals are listened to only while there are processes', async () => {
  // A file that ran before in this process may have had a registry, too.
  await expect.poll(() => process.listenerCount('SIGHUP'), { timeout: 5000 }).toBe(0);
  const before = process.listenerCount('SIGHUP');
  const registry = createProcessRegistry({ clock: systemClock });
  const child = sleeper();
  const handle = registry.add({ connectionId: 'lamp', incarnation: 1 }, identify(child.pid));
  expect(process.listenerCount('SIGHUP')).toBeGreaterThan(before);
  handle.signal('SIGKILL');
  await once(child, 'exit');
  handle.exited();
  await expect.poll(() => process.listenerCount('SIGHUP'), { timeout: 5000 }).toBe(before);
});

onPosix('a registry lists the processes it was given until their exits were seen', async () => {
  const registry = createProcessRegistry({ clock: { ...systemClock, now: () => 42 } });
  const child = sleeper();
  const handle = registry.add({ connectionId: 'lamp', incarnation: 3 }, identify(child.pid));
  expect(registry.list()).toEqual([{ connectionId: 'lamp', incarnation: 3, pid: child.pid, startedAt: 42 }]);
  expect(registry.size).toBe(1);
  registry.kill('another');
  expect(lives(child.pid)).toBe(true);
  registry.kill('lamp');
  await once(child, 'exit');
  handle.exited();
  expect(registry.list()).toEqual([]);
  await registry.gone();
});

onPosix('gone waits for every process and for the rest of its group', async () => {
  const registry = createProcessRegistry({ clock: systemClock });
  const child = sleeper('sleep 1000 & echo $!; exec sleep 1000');
  const grandchild = Number(await firstLine(child));
  const handle = registry.add({ connectionId: 'lamp', incarnation: 1 }, identify(child.pid));
  let isGone = false;
  const gone = registry.gone().then(() => (isGone = true));
  process.kill(child.pid, 'SIGKILL');
  await once(child, 'exit');
  expect(lives(grandchild)).toBe(true);
  expect(isGone).toBe(false);
  handle.exited();
  await gone;
  expect(lives(grandchild)).toBe(false);
});

onPosix('what is added after all were killed is killed at once', async () => {
  const registry = createProcessRegistry({ clock: systemClock });
  registry.killAll();
  const child = sleeper();
  const exit = once(child, 'exit');
  const handle = registry.add({ connectionId: 'lamp', incarnation: 1 }, identify(child.pid));
  expect(await exit).toEqual([null, 'SIGKILL']);
  handle.exited();
  await registry.gone();
});

onPosix('[F28] a janitor is told of each group while anybody in it lives', async () => {
  const told: string[] = [];
  const janitor = {
    begin: () => {},
    watch: ({ pid, startTime }: ProcessIdentity) => void told.push(`watch ${pid} ${startTime}`),
    forget: (leader: number) => void told.push(`forget ${leader}`),
    end: () => Promise.resolve(),
    isActive: true,
  };
  const registry = createProcessRegistry({ clock: systemClock, janitor });
  const child = sleeper('sleep 1000 & echo $!; exec sleep 1000');
  await firstLine(child);
  const { startTime } = identify(child.pid);
  const handle = registry.add({ connectionId: 'lamp', incarnation: 1 }, identify(child.pid));
  process.kill(child.pid, 'SIGKILL');
  await once(child, 'exit');
  handle.exited();
  expect(told).toEqual([`watch ${child.pid} ${startTime}`]);
  await registry.gone();
  expect(told).toEqual([`watch ${child.pid} ${startTime}`, `forget ${child.pid}`]);
});

onLinux('[F17] a pid that belongs to another process now gets no signal', async () => {
  const child = sleeper();
  expect(identify(child.pid).startTime).toMatch(/^\d+$/);
  signalProcess({ pid: child.pid, startTime: '1' }, 'SIGKILL');
  signalProcess(identify(child.pid), 'SIGTERM');
  const [, signal] = (await once(child, 'exit')) as [null, string];
  expect(signal).toBe('SIGTERM');
});

const endings = [
  { ending: 'exit', signal: null, code: 7, signalled: null },
  { ending: 'throw', signal: null, code: 1, signalled: null },
  { ending: 'wait', signal: 'SIGTERM', code: null, signalled: 'SIGTERM' },
  { ending: 'wait', signal: 'SIGINT', code: null, signalled: 'SIGINT' },
  { ending: 'own handler', signal: 'SIGTERM', code: 9, signalled: null },
] as const;

onPosix.each(endings)(
  '[F27] a host that ends by $ending $signal takes its processes with it and ends as it would have without them',
  async ({ ending, signal, code, signalled }) => {
    const program = join(import.meta.dirname, 'fixtures', 'host.js');
    const host = spawn(process.execPath, [program, await builtPath(), ending], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exit = once(host, 'exit');
    const pids = (await firstLine(host)).split(' ').map(Number);
    if (signal) host.kill(signal);
    expect(await exit).toEqual([code, signalled]);
    expect(pids).toHaveLength(2);
    await expect.poll(() => pids.filter(lives)).toEqual([]);
  },
);
