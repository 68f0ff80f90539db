import { afterAll, beforeAll, expect, test } from 'vitest';
import { companionModule } from '../../src/companion/index.ts';
import { createManager, type Connection, type Manager } from '../../src/index.ts';
import { createModuleFolder, type ModuleFolder, sdkVersions } from '../companion/sdk.ts';
import { fixture } from './manager.ts';
import { processesOf, until } from './operating-system.ts';

let companionFolder: ModuleFolder;

beforeAll(async () => {
  companionFolder = await createModuleFolder(sdkVersions.at(-1)!, '../../faults/fixtures/companion-floods');
});

afterAll(() => companionFolder.remove());

/** Counts the messages of a connection, looks at their order, and finds the most that came within one turn of the event loop. */
function watch(manager: Manager, connection: Connection, numberOf: (payload: unknown) => number) {
  const seen = { count: 0, outOfOrder: 0, mostInTurn: 0 };
  let inTurn = 0;
  let timer: NodeJS.Immediate | undefined;
  const turn = (): void => {
    inTurn = 0;
    timer = setImmediate(turn);
  };
  manager.on('message', ({ connection: id, payload }) => {
    const number = numberOf(payload);
    if (id !== connection.id || Number.isNaN(number)) return;
    if (number !== seen.count) seen.outOfOrder += 1;
    seen.count += 1;
    inTurn += 1;
    seen.mostInTurn = Math.max(seen.mostInTurn, inTurn);
  });
  turn();
  return { seen, end: () => clearImmediate(timer) };
}

test.each([
  {
    kind: 'our own protocol',
    module: () => fixture('floods-its-host.js'),
    total: 100_000,
    flood: (connection: Connection, total: number) => connection.notify('flood', total),
    numberOf: (payload: unknown) => (typeof payload === 'number' ? payload : Number.NaN),
  },
  {
    kind: 'an unmodified Companion SDK',
    module: () => companionModule(companionFolder.folder),
    total: 20_000,
    flood: (connection: Connection, total: number) => connection.update({ config: { total } }),
    numberOf: (payload: unknown) =>
      Number((payload as { message?: unknown } | undefined)?.message ?? Number.NaN),
  },
])(
  '[F34] a module on $kind that floods messages gets a bounded part of each turn, others are answered meanwhile, and nothing is lost or out of order',
  async ({ module, total, flood, numberOf }) => {
    // With the smallest budget a turn has room for the eight messages between two looks at the clock.
    await using manager = createManager({
      limits: { turnMicroseconds: 1 },
      policy: { heartbeat: { interval: 0 } },
    });
    const flooding = manager.add({ id: `floods-${process.pid}`, module: module(), config: {} });
    const other = manager.add({ id: `other-${process.pid}`, module: fixture('healthy.js') });
    await Promise.all([flooding.waitFor('ready'), other.waitFor('ready')]);
    const { seen, end } = watch(manager, flooding, numberOf);
    flood(flooding, total);
    await until('the flood began', () => seen.count > 0);
    let answered = 0;
    // On a busy machine the other needs many turns for each answer.
    for (; seen.count < total && answered < 15; answered += 1)
      expect(await other.call('echo', answered)).toBe(answered);
    expect([answered, seen.count < total]).toEqual([15, true]);
    await until('all of it came', () => seen.count >= total, 20_000);
    end();

    expect(seen).toMatchObject({ count: total, outOfOrder: 0 });
    // Eight when a chunk comes, eight when reading goes on, eight of what the stream itself had kept.
    expect(seen.mostInTurn).toBeLessThanOrEqual(24);
    expect(flooding.traffic?.pauses).toBeGreaterThan(total / 100);
    expect(other.status.state).toBe('ready');
    await manager.stop();
    expect([flooding, other].flatMap(({ id }) => processesOf(id))).toEqual([]);
  },
);
