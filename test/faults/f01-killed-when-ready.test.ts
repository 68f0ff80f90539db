import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { GreenroomError } from '../../src/index.ts';
import { createStage, fixture } from './manager.ts';
import { tokensTold } from './tokens.ts';

test('[F1] when a ready module is killed, its calls are rejected in the same tick, ready ends at once, and the next incarnation gets ready with a token of its own', async () => {
  await using stage = createStage();
  const { manager, journal } = stage;
  const tokens: string[] = [];
  const connection = stage.add(tokensTold(fixture('healthy.js'), tokens));
  const first = await connection.waitFor('ready');
  const calls = [1, 2, 3].map(() => connection.call('never', null, { timeout: 60_000 }));
  const codes: string[] = [];
  for (const call of calls) call.catch((error: GreenroomError) => codes.push(error.code));
  // The module has them: it answers in order.
  await connection.call('echo', 'flush');

  const seenThen = new Promise<{ state: string; codes: string[] }>((resolve) => {
    manager.on(
      'exit',
      () => void turn().then(() => resolve({ state: connection.status.state, codes: [...codes] })),
    );
  });
  process.kill(first.pid!, 'SIGKILL');
  const { state, codes: codesThen } = await seenThen;
  expect(codesThen).toEqual(['CONNECTION_LOST', 'CONNECTION_LOST', 'CONNECTION_LOST']);
  expect(state).not.toBe('ready');

  const second = await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  expect(second.pid).not.toBe(first.pid);
  expect(second).toMatchObject({
    alive: true,
    wanted: true,
    reason: null,
    lastExit: { incarnation: 1, signal: 'SIGKILL' },
  });
  expect(tokens).toEqual([expect.stringMatching(/^[\da-f]{64}$/), expect.stringMatching(/^[\da-f]{64}$/)]);
  expect(tokens[1]).not.toBe(tokens[0]);
  await expect(connection.call('echo', 'alive')).resolves.toBe('alive');
  expect(journal.exits).toMatchObject([
    { incarnation: 1, phase: 'ready', cause: 'signal', crash: true, pid: first.pid },
  ]);
  const afterReady = journal.states(connection.id).slice(journal.states(connection.id).indexOf('ready') + 1);
  // A dying process may close its channel a moment before its exit is seen.
  expect(afterReady.filter((state) => state !== 'puttingDown.leaving')).toEqual([
    'preparing',
    'queued',
    'spawning',
    'registering',
    'initialising',
    'ready',
  ]);
});
