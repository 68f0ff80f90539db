import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeModule } from '../../src/index.ts';
import { createStage, fixture, type Stage } from './manager.ts';
import { lives, until } from './operating-system.ts';

const logs = ({ journal }: Stage): unknown[] =>
  journal.messages
    .filter(({ name }) => name === '$log')
    .map(({ payload }) => (payload as { message: string }).message);

test('[F10] what a module sends before it registers is held within bounds if the protocol allows it early, else discarded with a reason, and acted upon in no case', async () => {
  const asked: unknown[] = [];
  await using stage = createStage({
    policy: { heldMessages: 3 },
    handlers: { add: (payload) => asked.push(payload) },
  });
  const { journal } = stage;
  const connection = stage.add('talks-before-it-registers.js');
  const { pid } = await connection.waitFor('registering');
  // Two logs more than may be held, a notification, a call, an answer, an answer to init, a plea for time and a goodbye.
  await until('all was read', () => journal.discarded.length >= 8);
  expect(
    journal.discarded.map(({ name, reason, incarnation }) => `${incarnation} ${reason} ${name}`),
  ).toEqual([
    '1 unexpected $log',
    '1 unexpected $log',
    '1 unexpected tick',
    '1 unexpected add',
    '1 unexpected result 5',
    '1 unexpected result 1073741824',
    '1 unexpected module.extended',
    '1 unexpected module.unregistered',
  ]);
  expect(connection.status).toMatchObject({ state: 'registering', pid, discarded: { unexpected: 8 } });
  expect(journal.messages).toEqual([]);

  process.kill(pid!, 'SIGUSR2');
  await connection.waitFor('ready');
  expect(logs(stage)).toEqual(['early 1', 'early 2', 'early 3']);
  expect(journal.messages).toHaveLength(3);
  expect(asked).toEqual([]);
});

test.each([
  ['a wrong token', 'registers-with-a-wrong-token.js'],
  ['no token', 'registers-without-a-token.js'],
])('[F10] a process that registers with %s is put down, whatever it sends next', async (_, program) => {
  await using stage = createStage({ policy: { backoff: { initial: 45_000, most: 45_000 } } });
  const { journal } = stage;
  const connection = stage.add(program);
  const { pid } = await connection.waitFor('puttingDown');
  expect(connection.status.reason).toContain('with a token that is not this process’s');
  await connection.waitFor('backingOff');
  expect(lives(pid!)).toBe(false);
  expect(journal.exits).toMatchObject([
    { incarnation: 1, phase: 'registering', cause: 'wrong-token', signal: 'SIGKILL', crash: true },
  ]);
  expect(journal.states(connection.id)).not.toContain('initialising');
  expect(journal.messages).toEqual([]);
  // It was deaf to SIGTERM, had the time to send what a good module sends, and was believed nothing.
  const news = journal.discarded.map(({ name, reason }) => `${reason} ${name}`);
  expect(news).toContain('stale module.registered');
  expect(news).toContain('stale tick');
});

test('[F10] a process that registers with the token of the incarnation before it is put down', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-f10-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await using stage = createStage();
  const { journal } = stage;
  const connection = stage.add(
    nodeModule({
      path: fixture('registers-with-its-predecessors-token.js'),
      permissions: { read: true, write: true },
    }),
    {
      env: { TOKEN_FILE: join(folder, 'token') },
    },
  );
  const { pid } = await connection.waitFor('ready');
  process.kill(pid!, 'SIGKILL');
  await until('the second process was put down', () => journal.exits.length >= 2);
  expect(journal.exits[1]).toMatchObject({
    incarnation: 2,
    phase: 'registering',
    cause: 'wrong-token',
    crash: true,
  });
  expect(journal.states(connection.id, 2)).not.toContain('initialising');
});
