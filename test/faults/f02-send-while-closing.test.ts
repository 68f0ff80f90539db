import { existsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Connection, GreenroomError } from '../../src/index.ts';
import { createStage } from './manager.ts';
import { block, lives } from './operating-system.ts';

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'answered',
    (error: GreenroomError) => error.code,
  );
}

/** Calls again and again, without and with a look at what has arrived meanwhile, as long as the connection claims to be ready. */
async function callWhileReady(connection: Connection): Promise<Promise<string>[]> {
  const calls: Promise<string>[] = [];
  const call = (): number => calls.push(codeOf(connection.call('never', null, { timeout: 60_000 })));
  for (let round = 0; connection.status.state === 'ready'; round += 1) {
    call();
    if (round < 20) await nextTick();
    else await turn();
  }
  expect(calls.length).toBeGreaterThan(0);
  return calls;
}

async function nextTick(): Promise<void> {
  await new Promise<void>((resolve) => process.nextTick(resolve));
}

test('[F2] a call sent to a module that is dead but whose exit was not seen yet rejects as connection lost, and the exit leads to the next incarnation', async () => {
  await using stage = createStage();
  const { journal } = stage;
  const connection = stage.add('healthy.js');
  const { pid } = await connection.waitFor('ready');
  process.kill(pid!, 'SIGKILL');
  block('the process is dead', () => !lives(pid!));
  expect(connection.status.state).toBe('ready');
  const calls = await callWhileReady(connection);
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['CONNECTION_LOST']));

  await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  expect(journal.exits).toMatchObject([
    { incarnation: 1, phase: 'ready', code: null, signal: 'SIGKILL', cause: 'signal', crash: true },
  ]);
});

test('[F2] a notification sent to a module that is dead but whose exit was not seen yet is lost or refused as connection lost, and harms nobody', async () => {
  await using stage = createStage();
  const connection = stage.add('healthy.js');
  const { pid } = await connection.waitFor('ready');
  process.kill(pid!, 'SIGKILL');
  block('the process is dead', () => !lives(pid!));
  const codes = new Set<string>();
  for (let round = 0; round < 20 && connection.status.state === 'ready'; round += 1) {
    try {
      connection.notify('tick', 'lost');
    } catch (error) {
      codes.add((error as GreenroomError).code);
    }
    await nextTick();
  }
  expect([...codes].filter((code) => code !== 'CONNECTION_LOST')).toEqual([]);
  const next = await connection.waitFor(({ incarnation, state }) => state === 'ready' && incarnation === 2);
  expect(next.lastExit).toMatchObject({ signal: 'SIGKILL', cause: 'signal' });
});

test('[F2] a call sent while the module closes its channel rejects as connection lost, not as an error of its own', async () => {
  await using stage = createStage();
  const connection = stage.add('closes-its-channel-before-it-exits.js');
  const { pid } = await connection.waitFor('ready');
  const channel = `/proc/${pid}/fd/3`;
  expect(existsSync(channel)).toBe(true);
  connection.notify('close');
  // What was told leaves at the end of this turn.
  await turn();
  block('the module has closed its end', () => !existsSync(channel));
  expect(connection.status.state).toBe('ready');
  const calls = await callWhileReady(connection);
  process.kill(pid!, 'SIGUSR2');
  expect(new Set(await Promise.all(calls))).toEqual(new Set(['CONNECTION_LOST']));
  expect(stage.journal.exits).toMatchObject([{ incarnation: 1, code: 7, cause: 'exit-code' }]);
});

test('[F2] while a module whose channel closed is still leaving, calls in flight wait for its exit, and what it exits with is what counts', async () => {
  await using stage = createStage({ policy: { deadlines: { leave: 10_000 } } });
  const { journal } = stage;
  const connection = stage.add('closes-its-channel-before-it-exits.js');
  const { pid } = await connection.waitFor('ready');
  const call = codeOf(connection.call('never', null, { timeout: 60_000 }));
  connection.notify('close');
  await connection.waitFor('puttingDown');
  expect(connection.status).toMatchObject({ step: 'leaving', alive: true, pid });
  expect(await codeOf(connection.call('never'))).toBe('CONNECTION_NOT_READY');
  expect(journal.exits).toEqual([]);

  process.kill(pid!, 'SIGUSR2');
  expect(await call).toBe('CONNECTION_LOST');
  expect(journal.exits).toMatchObject([{ incarnation: 1, code: 7, cause: 'exit-code', phase: 'ready' }]);
  await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
});
