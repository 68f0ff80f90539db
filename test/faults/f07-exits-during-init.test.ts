import { expect, test } from 'vitest';
import { createStage } from './manager.ts';
import { lives, until } from './operating-system.ts';

const forgetAfter = 120_000;

test('[F7] when a process exits during init, that init dies with it, and its deadline does nothing to the successor', async () => {
  await using stage = createStage({ policy: { deadlines: { init: 800, call: 600 } } });
  const { journal, clock } = stage;
  const connection = stage.add('exits-during-its-first-init.js');
  const { deadlineAt: firstDeadline } = await connection.waitFor('initialising');
  await connection.waitFor('backingOff');
  expect(journal.exits).toMatchObject([
    { incarnation: 1, phase: 'initialising', code: 4, cause: 'exit-code', crash: true },
  ]);
  // Of the dead incarnation nothing is left to fire: only the wait for the next start.
  expect(clock.pending).toEqual([50]);

  const second = await connection.waitFor('ready');
  expect(second).toMatchObject({ incarnation: 2, reason: null, attempt: 1 });
  expect(clock.pending).toEqual([forgetAfter]);
  await until('the deadline of the dead incarnation is over', () => Date.now() > firstDeadline! + 50);
  expect(connection.status).toMatchObject({ state: 'ready', incarnation: 2, pid: second.pid });
  expect(lives(second.pid!)).toBe(true);
  await expect(connection.call('echo', 'untouched')).resolves.toBe('untouched');
  expect(journal.exits).toHaveLength(1);
  expect(journal.states(connection.id, 2).at(-1)).toBe('ready');
});
