import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { nodeModule, type Connection, type Module } from '../../src/index.ts';
import { createStage, fixture, type Stage } from './manager.ts';
import { processesOf } from './operating-system.ts';
import { addAndCatch } from './situations.ts';

type Stop = (stage: Stage, connection: Connection) => Promise<unknown>;

const stops: readonly [string, Stop][] = [
  ['disable', (_, connection) => (connection.disable(), connection.waitFor('disabled'))],
  ['remove', (_, connection) => connection.remove()],
  ['stop of the manager', ({ manager }) => manager.stop()],
];

/** A module that is found only when `find` is called. */
function lostModule() {
  let find: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    find = resolve;
  });
  const real = nodeModule(fixture('healthy.js'));
  const searches: AbortSignal[] = [];
  const module: Module = {
    name: 'lost',
    async prepare(request) {
      searches.push(request.signal);
      await promise;
      return real.prepare({ ...request, signal: new AbortController().signal });
    },
  };
  return { module, find: () => find(), searches };
}

function expectNothing({ journal, clock }: Stage, connection: Connection, incarnation: number): void {
  expect(connection.status).toMatchObject({
    wanted: false,
    alive: false,
    pid: null,
    incarnation,
    nextRetryAt: null,
  });
  expect(['disabled', 'removed']).toContain(
    journal.statuses.findLast(({ id }) => id === connection.id)?.state,
  );
  expect(processesOf(connection.id)).toEqual([]);
  expect(clock.pending).toEqual([]);
}

test.each(stops)(
  '[F23] a %s during preparing cancels the preparation, and its late result starts nothing',
  async (_, stop) => {
    await using stage = createStage();
    const { module, find, searches } = lostModule();
    const connection = stage.add(module);
    await connection.waitFor('preparing');
    const stopped = stop(stage, connection);
    expect(connection.status.wanted).toBe(false);
    expect(searches.map(({ aborted }) => aborted)).toEqual([true]);
    await stopped;
    find();
    await turn();
    await turn();
    expectNothing(stage, connection, 0);
  },
);

test.each(stops)(
  '[F23] a %s while queued leaves the line, and the slot that gets free starts nothing',
  async (_, stop) => {
    await using stage = createStage({ startSlots: 1 });
    const holder = stage.add('hangs-while-importing.js');
    await holder.waitFor('registering');
    const connection = stage.add('healthy.js');
    await connection.waitFor('queued');
    expect(stage.manager.status.startSlots).toEqual({ total: 1, held: 1, waiting: 1 });
    const stopped = stop(stage, connection);
    expect(connection.status).toMatchObject({ wanted: false, alive: false });
    expect(stage.manager.status.startSlots.waiting).toBe(0);
    await holder.remove();
    await stopped;
    expect(stage.manager.status.startSlots).toEqual({ total: 1, held: 0, waiting: 0 });
    expectNothing(stage, connection, 0);
  },
);

test.each(stops)('[F23] a %s during backoff cancels the timer, and nothing starts', async (_, stop) => {
  await using stage = createStage({ policy: { backoff: { initial: 60_000, most: 60_000 } } });
  const connection = stage.add('fails-the-first-time.js', { env: { FAILURE: 'exit 1' } });
  await connection.waitFor('backingOff');
  expect(stage.clock.pending).toEqual([60_000]);
  const stopped = stop(stage, connection);
  expect(connection.status).toMatchObject({ wanted: false, alive: false });
  await stopped;
  expectNothing(stage, connection, 1);
});

test.each(stops)(
  '[F23] a %s during spawning ends the process that was asked for before it becomes anything',
  async (_, stop) => {
    await using stage = createStage();
    let stopped: Promise<unknown> | undefined;
    const situation = { state: 'spawning', module: 'healthy.js' } as const;
    const connection = addAndCatch(stage, situation, (caught) => {
      stopped = stop(stage, caught);
    });
    await connection.waitFor(() => stopped !== undefined);
    await stopped;
    expectNothing(stage, connection, 1);
    const states = stage.journal.states(connection.id);
    for (const never of ['initialising', 'ready', 'backingOff']) expect(states).not.toContain(never);
    expect(stage.journal.exits).toMatchObject([{ incarnation: 1, cause: 'stopped', crash: false }]);
  },
);
