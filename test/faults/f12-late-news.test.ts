import { spawnSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { nodeModule } from '../../src/index.ts';
import type { ConnectionEvent } from '../../src/machines/connection-events.ts';
import { createStage, fixture } from './manager.ts';
import { lives, until } from './operating-system.ts';

const ofTheFirst = { incarnation: 1, at: Date.now() };
const late: ConnectionEvent[] = [
  { ...ofTheFirst, type: 'process.exited', code: 1, signal: null, lastWords: ['late'], chance: 0.5 },
  { ...ofTheFirst, type: 'process.spawned', pid: 4242 },
  { ...ofTheFirst, type: 'process.spawnFailed', message: 'late', errno: 'ENOENT', chance: 0.5 },
  { ...ofTheFirst, type: 'channel.closed' },
  { ...ofTheFirst, type: 'heartbeat.missed' },
  {
    ...ofTheFirst,
    type: 'message.received',
    message: { kind: 'notification', name: 'tick', early: true, frame: {} },
  },
  { ...ofTheFirst, type: 'message.refused', detail: 'late', fatal: true },
  { ...ofTheFirst, type: 'module.registered', tokenValid: false, versionSupported: true, detail: 'late' },
  { ...ofTheFirst, type: 'module.initialised' },
  { ...ofTheFirst, type: 'module.initFailed', message: 'late', misconfigured: true },
  { ...ofTheFirst, type: 'module.unregistered' },
  { ...ofTheFirst, type: 'stop.answered' },
];

test('[F12] late news of an incarnation, its exit included, changes nothing of its successor, in no state, and is counted as stale', async () => {
  await using stage = createStage();
  const { journal } = stage;
  const connection = stage.add('healthy.js');
  const { pid } = await connection.waitFor('ready');
  const seenIn: string[] = [];
  connection.subscribe(({ incarnation, state }) => {
    if (incarnation !== 2 || seenIn.includes(state)) return;
    seenIn.push(state);
    for (const news of late) connection.actor.send(news);
  });
  process.kill(pid!, 'SIGKILL');
  const second = await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  expect(seenIn).toEqual(['spawning', 'registering', 'initialising', 'ready']);
  expect(second).toMatchObject({
    state: 'ready',
    incarnation: 2,
    reason: null,
    lastExit: { incarnation: 1, signal: 'SIGKILL' },
  });
  await expect(connection.call('echo', 'unharmed')).resolves.toBe('unharmed');
  expect(connection.status.discarded).toEqual({
    stale: 4 * late.length,
    duplicate: 0,
    unexpected: 0,
    malformed: 0,
  });
  expect(journal.discarded.every(({ incarnation, reason }) => incarnation === 1 && reason === 'stale')).toBe(
    true,
  );
  expect(journal.exits).toHaveLength(1);
  expect(journal.messages).toEqual([]);
  expect(lives(connection.status.pid!)).toBe(true);
});

test('[F12] what a process says after its channel was closed to it is counted as stale, and nothing of it reaches the app or its successor', async () => {
  await using stage = createStage({ policy: { deadlines: { ask: 100 } } });
  const { manager, journal } = stage;
  const connection = stage.add('talks-until-it-is-killed.js');
  const { pid } = await connection.waitFor('ready');
  await until('it talks', () => journal.messages.length > 0);
  const ordered: string[] = [];
  manager.on('message', ({ incarnation }) =>
    ordered.push(`message of ${incarnation} while ${connection.status.step ?? connection.status.state}`),
  );
  connection.restart();
  const second = await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  expect(second.pid).not.toBe(pid);
  await until('the second talks', () => journal.messages.some(({ incarnation }) => incarnation === 2));
  expect(ordered.filter((each) => each.startsWith('message of 1'))).not.toContain(
    'message of 1 while terminating',
  );
  expect(
    ordered.filter((each) => /of 1 while (?!asking)|of 2 while (?!ready|initialising)/.test(each)),
  ).toEqual([]);
  const stale = journal.discarded.filter(({ name }) => name === 'tick');
  expect(stale.length).toBeGreaterThan(0);
  expect(stale.every(({ incarnation, reason }) => incarnation === 1 && reason === 'stale')).toBe(true);
  expect(second.discarded.stale).toBeGreaterThanOrEqual(stale.length);
  expect(journal.exits).toMatchObject([
    { incarnation: 1, cause: 'stopped', signal: 'SIGKILL', crash: false },
  ]);
});

test('[F12] words of a grandchild that outlives its parent and kept the channel reach nobody once the parent’s exit was seen', async () => {
  await using stage = createStage();
  const { manager, journal } = stage;
  const connection = stage.add(
    nodeModule({ path: fixture('leaves-behind-a-talker.js'), permissions: { childProcess: true } }),
  );
  const { pid } = await connection.waitFor('ready');
  await until('the talker talks', () => journal.messages.some(({ name }) => name === 'left behind'));
  const talker = journal.messages.find(({ name }) => name === 'left behind')!.payload as number;
  onTestFinished(() => void (lives(talker) && spawnSync('kill', ['-9', String(talker)])));
  let afterExit = 0;
  manager.on('exit', () => manager.on('message', () => (afterExit += 1)));
  expect(lives(talker)).toBe(true);
  process.kill(pid!, 'SIGKILL');
  const second = await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  // It ends when it finds that nobody listens any more.
  await until('the talker noticed', () => !lives(talker));
  expect(afterExit).toBe(0);
  expect(connection.status).toMatchObject({ state: 'ready', pid: second.pid, incarnation: 2 });
  expect(journal.exits).toMatchObject([{ incarnation: 1, signal: 'SIGKILL' }]);
});
