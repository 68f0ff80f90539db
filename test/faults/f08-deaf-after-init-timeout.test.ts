import { expect, test } from 'vitest';
import { createStage } from './manager.ts';
import { lives, processesOf } from './operating-system.ts';

test('[F8] when init times out and the process is deaf to SIGTERM, the next incarnation starts only after the old one is gone, and stays ready', async () => {
  await using stage = createStage({
    policy: { deadlines: { init: 500, terminate: 300 }, backoff: { initial: 0 } },
  });
  const { manager, journal } = stage;
  const connection = stage.add('deaf-and-stuck-in-its-first-init.js');
  const { pid: old } = await connection.waitFor('initialising');
  const seen: { state: string; oldLives: boolean; pids: number[] }[] = [];
  manager.on('status', ({ status: { state, step } }) => {
    seen.push({ state: step ?? state, oldLives: lives(old!), pids: processesOf(connection.id) });
  });
  const whenKilled = connection.waitFor(({ step }) => step === 'killing');
  const terminating = await connection.waitFor(({ step }) => step === 'terminating');
  expect(terminating).toMatchObject({
    state: 'puttingDown',
    next: 'toRecover',
    alive: true,
    pid: old,
    incarnation: 1,
  });
  expect(terminating.reason).toContain('did not finish its init in time');
  await whenKilled;

  const second = await connection.waitFor('ready');
  expect(second).toMatchObject({ incarnation: 2, reason: null });
  expect(second.pid).not.toBe(old);
  expect(journal.exits).toMatchObject([
    {
      incarnation: 1,
      pid: old,
      phase: 'initialising',
      cause: 'init-timeout',
      signal: 'SIGKILL',
      crash: true,
    },
  ]);
  const order = seen.map(({ state }) => state).filter((state, index, all) => state !== all[index - 1]);
  expect(order).toEqual([
    'terminating',
    'killing',
    'backingOff',
    'preparing',
    'queued',
    'spawning',
    'registering',
    'initialising',
    'ready',
  ]);
  expect(seen.filter(({ state }) => state === 'terminating').every(({ oldLives }) => oldLives)).toBe(true);
  expect(
    seen.slice(seen.findIndex(({ state }) => state === 'backingOff')).filter(({ oldLives }) => oldLives),
  ).toEqual([]);
  expect(seen.filter(({ pids }) => pids.length > 1)).toEqual([]);
  await expect(connection.call('echo', 'still here')).resolves.toBe('still here');
  expect(connection.status).toMatchObject({ state: 'ready', incarnation: 2, pid: second.pid });
});
