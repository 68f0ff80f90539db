import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/index.ts';
import { createProcessRegistry } from '../../src/process/registry.ts';
import { identify, signalProcess } from '../../src/process/signals.ts';
import { createStage } from './manager.ts';
import { lives } from './operating-system.ts';

/** What this process sends to others, probes excluded. */
function watchSignals() {
  const kill = vi.spyOn(process, 'kill');
  onTestFinished(() => kill.mockRestore());
  return {
    sentTo: (pid: number) =>
      kill.mock.calls
        .filter(([target, signal]) => Math.abs(target) === pid && signal !== 0)
        .map(([, signal]) => signal),
  };
}

/** A program of somebody else, in a group of its own. */
async function startStranger() {
  const stranger = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  const gone = once(stranger, 'exit');
  await once(stranger, 'spawn');
  onTestFinished(async () => {
    stranger.kill('SIGKILL');
    await gone;
  });
  return { pid: stranger.pid!, gone };
}

test('[F17] after a crash no signal is sent to the process that is gone, and none is left to be sent later', async () => {
  const signals = watchSignals();
  await using stage = createStage();
  const connection = stage.add('healthy.js');
  const { pid } = await connection.waitFor('ready');
  process.kill(pid!, 'SIGKILL');
  await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  // Only the test's own.
  expect(signals.sentTo(pid!)).toEqual(['SIGKILL']);
  const { forgetAfter } = connection.policy.backoff;
  expect(stage.clock.pending).toEqual([forgetAfter]);
});

test('[F17] a process that exits before the next signal is due never gets it', async () => {
  const signals = watchSignals();
  const deadlines = { register: 300, terminate: 2000 };
  await using stage = createStage({ policy: { deadlines, backoff: { initial: 60_000, most: 60_000 } } });
  const connection = stage.add('leaves-late-after-sigterm.js');
  const { pid } = await connection.waitFor('puttingDown');
  await connection.waitFor('backingOff');
  expect(signals.sentTo(pid!)).toEqual(['SIGTERM']);
  expect(stage.clock.pending).toEqual([60_000]);
});

test('[F17] a stranger that got the pid of a process whose exit was seen is left alone, whatever is ordered', async () => {
  const { pid } = await startStranger();
  const registry = createProcessRegistry({ clock: systemClock });
  const handle = registry.add({ connectionId: 'lamp', incarnation: 1 }, identify(pid));
  const signals = watchSignals();
  handle.exited();
  handle.signal('SIGTERM');
  handle.signal('SIGKILL');
  registry.kill('lamp');
  registry.killAll();
  expect(signals.sentTo(pid)).toEqual([]);
  expect(lives(pid)).toBe(true);
});

test.skipIf(process.platform !== 'linux')(
  '[F17] a stranger that got the pid of a process whose exit was not seen yet is told apart by its start time',
  async () => {
    const { pid, gone } = await startStranger();
    const stranger = identify(pid);
    const earlier = { pid, startTime: String(Number(stranger.startTime) - 1) };
    signalProcess(earlier, 'SIGTERM');
    signalProcess(earlier, 'SIGKILL');
    expect(lives(pid)).toBe(true);
    // The same signals do reach the process that is meant.
    signalProcess(stranger, 'SIGKILL');
    expect(await gone).toEqual([null, 'SIGKILL']);
  },
);
