import { expect, test } from 'vitest';
import type { ConnectionStatus } from '../../src/index.ts';
import { createStage } from './manager.ts';
import { lives, processesOf } from './operating-system.ts';

test('[F8] when init times out and the process is deaf to SIGTERM, the next incarnation starts only after the old one is gone, and stays ready', async () => {
  await using stage = createStage({
    policy: { deadlines: { init: 500, terminate: 300 }, backoff: { initial: 0 } },
  });
  const { manager, journal } = stage;
  const connection = stage.add('deaf-and-stuck-in-its-first-init.js');
  const { pid: old } = await connection.waitFor('initialising');
  const seen: { state: string; status: ConnectionStatus; oldLives: boolean; processes: number }[] = [];
  manager.on('status', ({ status }) => {
    const processes = processesOf(connection.id).length;
    seen.push({ state: status.step ?? status.state, status, oldLives: lives(old!), processes });
  });
  const second = await connection.waitFor('ready');
  expect(second).toMatchObject({ incarnation: 2, reason: null });
  expect(second.pid).not.toBe(old);
  expect(seen.filter(({ processes }) => processes > 1)).toEqual([]);
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
  expect(seen[0]!.status).toMatchObject({
    state: 'puttingDown',
    next: 'toRecover',
    alive: true,
    pid: old,
    incarnation: 1,
  });
  expect(seen[0]!.status.reason).toContain('did not finish its init in time');
  expect(seen[0]!.oldLives).toBe(true);
  const afterwards = seen.filter(({ status }) => status.incarnation === 2 || !status.alive);
  expect(afterwards.filter(({ oldLives }) => oldLives)).toEqual([]);
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
  await expect(connection.call('echo', 'still here')).resolves.toBe('still here');
  expect(connection.status).toMatchObject({ state: 'ready', incarnation: 2, pid: second.pid });
});
