import { expect, test } from 'vitest';
import { createStage } from './manager.ts';
import { lives } from './operating-system.ts';

test('[F13] a module that closes its channel but lives is noticed at the close, without anything being sent, and put down', async () => {
  await using stage = createStage();
  const connection = stage.add('gives-up-its-channel.js');
  const first = await connection.waitFor('ready');
  const inFlight = connection.call('anything', null, { timeout: 0 });
  inFlight.catch(() => {});
  process.kill(first.pid!, 'SIGUSR2');

  const noticed = await connection.waitFor('puttingDown');
  expect(noticed).toMatchObject({ incarnation: 1, pid: first.pid, alive: true, wanted: true });
  expect(noticed.reason).toBe('its channel closed');
  expect(lives(first.pid!)).toBe(true);
  await expect(connection.call('anything')).rejects.toMatchObject({ code: 'CONNECTION_NOT_READY' });

  const second = await connection.waitFor(({ incarnation }) => incarnation === 2);
  expect(lives(first.pid!)).toBe(false);
  await expect(inFlight).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  expect(second.lastExit).toMatchObject({
    incarnation: 1,
    pid: first.pid,
    cause: 'channel-closed',
    phase: 'ready',
    signal: 'SIGTERM',
    crash: true,
  });
  expect(second.lastExit?.detail).toContain('its channel closed');
  await connection.waitFor('ready');
});

test('[F13] a module that closes its channel before it has registered is put down too', async () => {
  await using stage = createStage();
  const connection = stage.add('closes-its-channel-instead-of-registering.js');
  const { pid } = await connection.waitFor('puttingDown');
  const after = await connection.waitFor('backingOff');
  expect(lives(pid!)).toBe(false);
  expect(after.lastExit).toMatchObject({
    incarnation: 1,
    cause: 'channel-closed',
    phase: 'registering',
    crash: true,
  });
  expect(stage.journal.states(connection.id).slice(0, 6)).toEqual([
    'preparing',
    'queued',
    'spawning',
    'registering',
    'puttingDown.leaving',
    'puttingDown.terminating',
  ]);
});
