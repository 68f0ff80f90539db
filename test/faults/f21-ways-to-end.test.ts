import { expect, test } from 'vitest';
import { nodeModule, type ConnectionState, type RestartType } from '../../src/index.ts';
import { createStage, fixture } from './manager.ts';

const later = { initial: 60_000, most: 60_000 };

/** What follows a first end while ready: another start, at once because it had been ready, or a state that stays. All nine are in `machines/restart.test.ts`. */
const ends: readonly [RestartType, number, ConnectionState | 'another start'][] = [
  ['permanent', 0, 'another start'],
  ['transient', 0, 'disabled'],
  ['transient', 3, 'another start'],
  ['temporary', 3, 'failed'],
  ['permanent', 78, 'misconfigured'],
];

test.concurrent.each(ends)(
  '[F21] the exit of a %s module with code %d, without being asked, leads to: %s',
  async (restart, code, next) => {
    await using stage = createStage({ policy: { restart, backoff: later } });
    const connection = stage.add('dies-with-last-words.js');
    await connection.waitFor('ready');
    connection.notify('leave', code);
    const after = await connection.waitFor(
      ({ state, lastExit }) => lastExit !== null && (next !== 'another start' || state === 'ready'),
    );

    const cause = { 0: 'completed', 3: 'exit-code', 78: 'misconfigured' }[code];
    expect(after.lastExit).toMatchObject({ incarnation: 1, code, signal: null, cause, phase: 'ready' });
    expect(after.lastExit?.crash).toBe(code !== 0 || restart === 'permanent');
    expect(after.lastExit?.detail).toBe(`exited with code ${code} while ready`);
    expect(after).toMatchObject(
      next === 'another start'
        ? { state: 'ready', incarnation: 2 }
        : { state: next, incarnation: 1, alive: false },
    );
    // A temporary module that failed is loud, but nothing will start it.
    if (next !== 'another start') expect(after.nextRetryAt).toBeNull();
  },
);

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL', 'SIGABRT', 'SIGSEGV'] as const;

test.concurrent('[F21] death by a signal, whichever, is a crash that names it', async () => {
  await using stage = createStage({ policy: { restart: 'transient', intensity: { crashes: 100 } } });
  const connection = stage.add('healthy.js');
  let { pid } = await connection.waitFor('ready');
  for (const [index, signal] of signals.entries()) {
    process.kill(pid!, signal);
    const again = await connection.waitFor(
      ({ state, incarnation }) => state === 'ready' && incarnation === index + 2,
    );
    expect(again.lastExit).toMatchObject({
      incarnation: index + 1,
      pid,
      code: null,
      signal,
      cause: 'signal',
      phase: 'ready',
      crash: true,
    });
    expect(again.lastExit?.detail).toBe(`killed by ${signal} while ready`);
    pid = again.pid;
  }
});

test.concurrent('[F21] a module that runs out of memory is told from one that was killed', async () => {
  await using stage = createStage({ policy: { restart: 'transient' } });
  const connection = stage.add(
    nodeModule({ path: fixture('runs-out-of-memory.js'), execArgv: ['--max-old-space-size=16'] }),
  );
  await connection.waitFor('ready');
  connection.notify('fill');
  const again = await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  expect(again.lastExit).toMatchObject({
    incarnation: 1,
    cause: 'out-of-memory',
    phase: 'ready',
    crash: true,
  });
  expect(again.lastExit?.detail).toBe('ended out of memory while ready');
  expect(again.lastExit?.lastWords.join('\n')).toContain('heap out of memory');
});
