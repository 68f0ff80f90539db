import { expect, test } from 'vitest';
import { nodeModule } from '../../src/index.ts';
import { createStage, fixture } from './manager.ts';
import { processesOf, until } from './operating-system.ts';

/** What this process has open on behalf of child processes. */
function handles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /^(Process|Pipe|TCP)/.test(name))
    .toSorted();
}

test.each([
  ['exits', '3', { code: 3, signal: null, cause: 'exit-code' }],
  ['is killed', 'SIGKILL', { code: null, signal: 'SIGKILL', cause: 'signal' }],
])(
  '[F6] when a process %s during registration, the connection backs off and nothing of that incarnation is pending anywhere',
  async (_, argument, end) => {
    const before = handles();
    await using stage = createStage({
      startSlots: 1,
      policy: { backoff: { initial: 45_000, most: 45_000 } },
    });
    const { manager, journal, clock } = stage;
    const connection = stage.add(
      nodeModule({ path: fixture('ends-before-it-registers.js'), args: [argument] }),
    );
    await connection.waitFor('backingOff');
    expect(connection.status).toMatchObject({
      alive: false,
      pid: null,
      attempt: 1,
      wanted: true,
      incarnation: 1,
    });
    expect(connection.status.nextRetryAt! - connection.status.since).toBe(45_000);
    expect(journal.exits).toMatchObject([
      { ...end, phase: 'registering', crash: true, lastWords: ['no licence found'] },
    ]);
    expect(journal.states(connection.id).filter((state) => state !== 'puttingDown.leaving')).toEqual([
      'preparing',
      'queued',
      'spawning',
      'registering',
      'backingOff',
    ]);
    expect(manager.status.startSlots).toEqual({ total: 1, held: 0, waiting: 0 });
    expect(clock.pending).toEqual([45_000]);
    expect(processesOf(connection.id)).toEqual([]);
    await until('all pipes of the process are closed', () => handles().length <= before.length);
    await expect(connection.call('echo')).rejects.toMatchObject({ code: 'CONNECTION_NOT_READY' });
  },
);

test('[F6] what a process said before it exited during registration is not taken for words of its successor', async () => {
  await using stage = createStage();
  const { journal } = stage;
  const connection = stage.add('logs-and-ends-before-it-first-registers.js');
  await connection.waitFor('ready');
  await expect(connection.call('echo', 'last')).resolves.toBe('last');
  expect(connection.status.incarnation).toBe(2);
  expect(journal.messages).toMatchObject([{ incarnation: 2, name: '$log', payload: { message: 'from 2' } }]);
});
