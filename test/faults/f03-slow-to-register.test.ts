import { expect, test } from 'vitest';
import { nodeModule, type ConnectionOptions } from '../../src/index.ts';
import { createStage, fixture } from './manager.ts';
import { lives } from './operating-system.ts';

const forgetAfter = 120_000;
const aStart = ['preparing', 'queued', 'spawning', 'registering', 'initialising', 'ready'];

/** Runs one order on a ready module that takes over a second to register, until its next process is ready. */
async function afterOneOrder(order: 'restart' | 'reload' | 'version change') {
  const stage = createStage();
  const slow: ConnectionOptions['module'] = fixture('takes-over-a-second-to-register.js');
  const connection = stage.add(order === 'restart' ? slow : 'healthy.js');
  const first = await connection.waitFor('ready');
  if (order === 'restart') connection.restart();
  else if (order === 'reload') connection.update({ module: nodeModule(slow) });
  else connection.update({ module: nodeModule({ path: slow, args: ['2.0'] }), label: '2.0' });
  const ordered = connection.status;
  const second = await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation > 1);
  return {
    stage,
    connection,
    first,
    ordered,
    second,
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

test.concurrent.each(['restart', 'reload', 'version change'] as const)(
  '[F3] a %s of a module that takes over a second to register is exactly one stop and one start',
  async (order) => {
    await using played = await afterOneOrder(order);
    const { stage, connection, first, ordered, second } = played;
    const { journal, clock } = stage;
    expect(ordered).toMatchObject({ state: 'stopping', next: 'toRestart', wanted: true, incarnation: 1 });
    expect(second).toMatchObject({
      incarnation: 2,
      attempt: 0,
      nextRetryAt: null,
      deadlineAt: null,
      reason: null,
    });
    expect(lives(first.pid!)).toBe(false);
    const afterOrder = journal.states(connection.id).slice(aStart.length);
    expect(afterOrder.filter((state) => !state.startsWith('stopping'))).toEqual(aStart);
    expect(journal.exits).toMatchObject([
      { incarnation: 1, cause: 'stopped', phase: 'stopping', code: 0, crash: false },
    ]);
    // Nothing is armed that could start or end a process: only the wait until old crashes are forgotten.
    expect(clock.pending).toEqual([forgetAfter]);
    expect(journal.discarded).toEqual([]);
  },
);
