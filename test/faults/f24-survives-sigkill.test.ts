import { expect, test, vi } from 'vitest';
import { createStage } from './manager.ts';
import { lives, processesOf } from './operating-system.ts';

/**
 * Plays the operating system that can't end a process: the SIGKILL to this process or its group is taken and has no effect, as while a process
 * waits in the kernel. The process itself is real, and so is everything it does.
 */
function makeUnkillable(pid: number) {
  const real = process.kill.bind(process);
  const kill = vi.spyOn(process, 'kill').mockImplementation((target, signal) => {
    if (Math.abs(target) === pid && signal === 'SIGKILL') return true;
    return real(target, signal);
  });
  return {
    sigkills: () =>
      kill.mock.calls.filter(([target, signal]) => target === -pid && signal === 'SIGKILL').length,
    /** The kernel lets go of it. */
    [Symbol.dispose](): void {
      kill.mockRestore();
      if (lives(pid)) process.kill(-pid, 'SIGKILL');
    },
  };
}

const deadlines = { leave: 100, terminate: 50, kill: 50 };

test('[F24] a process that survives SIGKILL is said to do so, and nothing starts before it is gone', async () => {
  await using stage = createStage({ policy: { deadlines } });
  const connection = stage.add('stays-at-all-costs-in-its-first-life.js');
  const { pid } = await connection.waitFor('puttingDown');
  using system = makeUnkillable(pid!);
  const stuck = await connection.waitFor(({ step }) => step === 'stuck');

  expect(stuck).toMatchObject({
    state: 'puttingDown',
    next: 'toRecover',
    incarnation: 1,
    pid,
    alive: true,
    deadlineAt: null,
  });
  expect(stuck.reason).toBe('the process does not die, not even by SIGKILL');
  expect(connection.actor.getSnapshot().hasTag('loud')).toBe(true);
  expect(system.sigkills()).toBe(1);
  // It waits for nothing but the exit, and orders change only what follows.
  expect(stage.clock.pending).toEqual([]);
  connection.restart();
  expect(connection.status).toMatchObject({
    state: 'stopping',
    step: 'stuck',
    next: 'toRestart',
    pid,
    alive: true,
  });
  connection.disable();
  connection.enable();
  expect(connection.status).toMatchObject({
    state: 'stopping',
    step: 'stuck',
    next: 'toRestart',
    incarnation: 1,
    pid,
  });
  expect(connection.status.reason).toBe('the process does not die, not even by SIGKILL');
  expect(processesOf(connection.id)).toEqual([pid]);
  expect(lives(pid!)).toBe(true);

  system[Symbol.dispose]();
  const next = await connection.waitFor('ready');
  expect(lives(pid!)).toBe(false);
  expect(next).toMatchObject({ incarnation: 2, reason: null });
  expect(next.lastExit).toMatchObject({ incarnation: 1, pid, signal: 'SIGKILL' });
});

test('[F24] the stop of a manager waits for a process that survives SIGKILL, and says so meanwhile', async () => {
  await using stage = createStage({ policy: { deadlines } });
  const connection = stage.add('stays-at-all-costs-in-its-first-life.js');
  const { pid } = await connection.waitFor('puttingDown');
  using system = makeUnkillable(pid!);
  let hasStopped = false;
  const stopped = stage.manager.stop().then(() => {
    hasStopped = true;
  });
  const stuck = await connection.waitFor(({ step }) => step === 'stuck');
  expect(stuck).toMatchObject({ state: 'stopping', next: 'toRemove', wanted: false, alive: true, pid });
  expect(stage.manager.status.state).toBe('stopping');
  expect(hasStopped).toBe(false);
  system[Symbol.dispose]();
  await stopped;
  expect(processesOf(connection.id)).toEqual([]);
  expect(stage.manager.status.state).toBe('stopped');
});
