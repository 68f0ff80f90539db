import { expect, test } from 'vitest';
import type { Connection } from '../../src/index.ts';
import { createStage, type Stage } from './manager.ts';
import { lives } from './operating-system.ts';

const heartbeat = { interval: 100, suspectAfter: 2, putDownAfter: 6 };

/** What the first incarnation went through after it was ready. */
function afterReady({ journal }: Stage, connection: Connection): string[] {
  const own = journal.statuses.filter(({ id, incarnation }) => id === connection.id && incarnation === 1);
  const states = own.map(({ state, step }) => (step === null ? state : `${state}.${step}`));
  return states.slice(states.indexOf('ready') + 1);
}

test('[F14] a ready module in a busy loop becomes suspect, is put down and restarted', async () => {
  await using stage = createStage({ policy: { heartbeat } });
  const connection = stage.add('hangs-in-a-busy-loop.js');
  const first = await connection.waitFor('ready');
  connection.notify('hang');

  const suspect = await connection.waitFor('suspect');
  expect(suspect).toMatchObject({
    incarnation: 1,
    pid: first.pid,
    alive: true,
    reason: 'heartbeats are overdue',
  });
  // Calls are still accepted: it may only be slow.
  const call = connection.call('never', null, { timeout: 0 });
  await expect(call).rejects.toMatchObject({ code: 'CONNECTION_LOST' });

  const second = await connection.waitFor(({ incarnation }) => incarnation === 2);
  expect(lives(first.pid!)).toBe(false);
  expect(second.lastExit).toMatchObject({
    incarnation: 1,
    cause: 'hung',
    phase: 'suspect',
    signal: 'SIGTERM',
    crash: true,
  });
  expect(second.lastExit?.detail).toContain('stopped answering heartbeats');
  // The last two are of the next start, before it has a process.
  expect(afterReady(stage, connection)).toEqual([
    'suspect',
    'puttingDown.terminating',
    'preparing',
    'queued',
  ]);
  await connection.waitFor('ready');
});

test('[F14] a ready module stopped by SIGSTOP becomes suspect, is put down by SIGKILL and restarted', async () => {
  await using stage = createStage({ policy: { heartbeat } });
  const connection = stage.add('healthy.js');
  const first = await connection.waitFor('ready');
  process.kill(first.pid!, 'SIGSTOP');

  const second = await connection.waitFor(({ incarnation }) => incarnation === 2);
  expect(lives(first.pid!)).toBe(false);
  expect(second.lastExit).toMatchObject({
    incarnation: 1,
    cause: 'hung',
    phase: 'suspect',
    signal: 'SIGKILL',
  });
  const states = afterReady(stage, connection);
  expect(states).toEqual([
    'suspect',
    'puttingDown.terminating',
    'puttingDown.killing',
    'preparing',
    'queued',
  ]);
  await connection.waitFor('ready');
});

test('[F14] a suspect module that answers again is ready again, and not restarted', async () => {
  await using stage = createStage({ policy: { heartbeat: { ...heartbeat, putDownAfter: 100 } } });
  const connection = stage.add('healthy.js');
  const { pid } = await connection.waitFor('ready');
  process.kill(pid!, 'SIGSTOP');
  await connection.waitFor('suspect');
  process.kill(pid!, 'SIGCONT');
  const again = await connection.waitFor('ready');
  expect(again).toMatchObject({ incarnation: 1, pid, reason: null, lastExit: null });
  await expect(connection.call('echo', 'awake')).resolves.toBe('awake');
});

test('[F14] a module that sends more than its host can read is not taken for one that hangs', async () => {
  await using stage = createStage({ policy: { heartbeat } });
  const talker = stage.add('keeps-its-queue-full.js');
  const silent = stage.add('healthy.js');
  await Promise.all([talker.waitFor('ready'), silent.waitFor('ready')]);
  // A whole patience of somebody who does hang.
  process.kill(silent.status.pid!, 'SIGSTOP');
  await silent.waitFor(({ incarnation }) => incarnation === 2);
  expect(talker.status.incarnation).toBe(1);
});
