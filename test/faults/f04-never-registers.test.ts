import { expect, test } from 'vitest';
import { createStage } from './manager.ts';
import { lives } from './operating-system.ts';

test('[F4] a process that never registers is put down at its deadline and backed off, and with the only start slot others start meanwhile', async () => {
  await using stage = createStage({ startSlots: 1 });
  const { manager } = stage;
  // Has the slot until all others wait for it, however long that takes them on a busy machine.
  const first = stage.add('hangs-while-importing.js', { policy: { deadlines: { register: 60_000 } } });
  await first.waitFor('registering');
  const hanging = stage.add('hangs-while-importing.js', { policy: { deadlines: { register: 800 } } });
  await hanging.waitFor('queued');
  const others = [1, 2, 3].map(() => stage.add('healthy.js'));
  await Promise.all(others.map((other) => other.waitFor('queued')));
  first.disable();
  // The next one gets it in a turn of its own.
  await hanging.waitFor('spawning');
  expect(manager.status.startSlots).toEqual({ total: 1, held: 1, waiting: 3 });
  const { pid, since, deadlineAt } = await hanging.waitFor('registering');
  expect(deadlineAt! - since).toBe(800);

  await hanging.waitFor('backingOff');
  expect(lives(pid!)).toBe(false);
  expect(hanging.status).toMatchObject({
    alive: false,
    pid: null,
    attempt: 1,
    nextRetryAt: expect.any(Number) as number,
  });
  expect(hanging.history).toMatchObject([
    { incarnation: 1, pid, phase: 'registering', cause: 'register-timeout', signal: 'SIGTERM', crash: true },
  ]);
  expect(hanging.status.reason).toContain('did not register in time');
  await Promise.all(others.map((other) => other.waitFor('ready', { timeout: 10_000 })));
});

test('[F4] disable of a process that never registers works at once and gives its start slot back at once', async () => {
  await using stage = createStage({ startSlots: 1 });
  const { manager, journal } = stage;
  const hanging = stage.add('hangs-while-importing.js');
  const { pid } = await hanging.waitFor('registering');
  const other = stage.add('healthy.js');
  await other.waitFor('queued');
  hanging.disable();
  expect(hanging.status).toMatchObject({
    state: 'stopping',
    step: 'terminating',
    next: 'toDisable',
    wanted: false,
  });
  expect(manager.status.startSlots.held).toBe(0);
  await other.waitFor('spawning');
  expect(manager.status.startSlots).toEqual({ total: 1, held: 1, waiting: 0 });
  await hanging.waitFor('disabled');
  expect(lives(pid!)).toBe(false);
  expect(journal.exits[0]).toMatchObject({ cause: 'stopped', crash: false, incarnation: 1 });
  await other.waitFor('ready');
  expect(hanging.status).toMatchObject({
    state: 'disabled',
    incarnation: 1,
    nextRetryAt: null,
    deadlineAt: null,
  });
});

test('[F4] a process that never registers, not even hears SIGTERM, is gone when the manager has stopped', async () => {
  await using stage = createStage();
  const hanging = stage.add('hangs-while-importing-deaf-to-sigterm.js');
  const { pid } = await hanging.waitFor('registering');
  await hearsNoSigterm(stage, hanging.id);
  await stage.manager.stop();
  expect(lives(pid!)).toBe(false);
  expect(stage.journal.exits).toMatchObject([{ signal: 'SIGKILL', cause: 'stopped', crash: false }]);
});

/** The program says so once it has put its handler in place. */
async function hearsNoSigterm(
  { journal, manager }: ReturnType<typeof createStage>,
  id: string,
): Promise<void> {
  if (journal.output.some(({ connection }) => connection === id)) return;
  await new Promise<void>((resolve) =>
    manager.on('output', ({ connection }) => connection === id && resolve()),
  );
}
