import { expect, test } from 'vitest';
import { statusOf, type ConnectionStatus } from '../../src/machines/index.ts';
import { createStage } from './manager.ts';

test('[F18] a booting module is shown as what it is doing, wanted and alive, and never as disabled', async () => {
  await using stage = createStage();
  const connection = stage.add('takes-its-time.js', { enabled: false });
  expect(connection.status).toMatchObject({ state: 'disabled', wanted: false, alive: false });
  connection.enable();
  await connection.waitFor('ready');
  const boot = stage.journal.statuses;
  expect(stage.journal.states(connection.id)).toEqual([
    'preparing',
    'queued',
    'spawning',
    'registering',
    'initialising',
    'ready',
  ]);
  expect(boot.map(({ wanted }) => wanted)).not.toContain(false);
  for (const { state, alive } of boot) expect(alive).toBe(!['preparing', 'queued'].includes(state));
});

test('[F18] an intended restart is shown as a stop that leads to a start, and never as a crash', async () => {
  await using stage = createStage();
  const connection = stage.add('healthy.js');
  await connection.waitFor('ready');
  const before = stage.journal.statuses.length;
  connection.restart();
  expect(connection.status).toMatchObject({
    state: 'stopping',
    step: 'asking',
    next: 'toRestart',
    wanted: true,
    reason: null,
  });
  await connection.waitFor('ready');
  const during = stage.journal.statuses.slice(before);
  expect(during.map(({ state }) => state)).not.toContain('backingOff');
  for (const { reason, attempt } of during) expect({ reason, attempt }).toEqual({ reason: null, attempt: 0 });
  expect(connection.status.lastExit).toMatchObject({
    incarnation: 1,
    cause: 'stopped',
    crash: false,
    code: 0,
  });
  expect(connection.status.lastExit?.detail).toBe('exited with code 0 as ordered (restart)');
});

test('[F18] a crash is shown with its exit code, whatever the module says of itself', async () => {
  await using stage = createStage({ policy: { intensity: { crashes: 0 } } });
  const connection = stage.add('boasts-then-crashes.js');
  await connection.waitFor('ready');
  connection.notify('boast');
  const failed = await connection.waitFor('failed');
  expect(stage.journal.messages.map(({ name, payload }) => [name, payload])).toContainEqual([
    '$status',
    { level: 'ok', message: 'All is well' },
  ]);
  expect(failed).toMatchObject({ alive: false, pid: null, reason: 'exited with code 1 while ready' });
  expect(failed.lastExit).toMatchObject({
    code: 1,
    signal: null,
    cause: 'exit-code',
    phase: 'ready',
    crash: true,
  });
});

test('[F18] each status that is told is computed from the snapshot of the statechart, in every situation it goes through', async () => {
  await using stage = createStage({ policy: { intensity: { crashes: 0 } } });
  const connection = stage.add('boasts-then-crashes.js', { enabled: false });
  const told: ConnectionStatus[] = [];
  const computed: ConnectionStatus[] = [];
  connection.subscribe((status) => {
    told.push(status);
    computed.push(statusOf(connection.actor.getSnapshot()));
  });
  connection.enable();
  await connection.waitFor('ready');
  connection.restart();
  await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  connection.notify('boast');
  await connection.waitFor('failed');
  connection.disable();
  await connection.remove();
  expect(told).toEqual(computed);
  const states = told.map(({ state }) => state);
  const situations = [
    'preparing',
    'queued',
    'spawning',
    'registering',
    'initialising',
    'ready',
    'stopping',
    'failed',
    'disabled',
    'removed',
  ];
  expect(states).toEqual(expect.arrayContaining(situations));
  // Plain JSON: nothing is lost on the way to a dashboard.
  expect(JSON.parse(JSON.stringify(told))).toEqual(told);
});
