import { expect, test } from 'vitest';
import { nodeModule, type ManagerEvents } from '../../src/index.ts';
import { createStage, fixture } from './manager.ts';
import { lives, until } from './operating-system.ts';

const resources = { interval: 100 };

function usesALot(...execArgv: string[]) {
  return nodeModule({ path: fixture('uses-a-lot.js'), permissions: { childProcess: true }, execArgv });
}

test.runIf(process.platform === 'linux').each(['fill', 'fillElsewhere'])(
  '[F21] a module over its memory limit (%s) is put down with the cause out-of-memory, and its neighbour is not',
  async (fill) => {
    await using stage = createStage({ policy: { resources } });
    const excesses: ManagerEvents['overBudget'][] = [];
    stage.manager.on('overBudget', (excess) => excesses.push(excess));
    const large = stage.add(usesALot(), { policy: { memory: { limit: 150 } } });
    const other = stage.add(usesALot(), { policy: { memory: { limit: 2000 } } });
    const first = await large.waitFor('ready');
    await other.waitFor('ready');
    // Whether it still gets to answer is its luck.
    await Promise.allSettled([large.call(fill, 150), other.call(fill, 150)]);

    const second = await large.waitFor(({ incarnation, state }) => incarnation === 2 && state === 'ready');
    expect(lives(first.pid!)).toBe(false);
    expect(second.lastExit).toMatchObject({
      incarnation: 1,
      cause: 'out-of-memory',
      phase: 'ready',
      crash: true,
    });
    expect(second.lastExit?.detail).toMatch(/^used \d+ MiB of memory \(limit 150 MiB\) while ready, then /);
    expect(excesses).toEqual([
      {
        connection: large.id,
        incarnation: 1,
        budget: 'memory',
        used: expect.any(Number),
        limit: 150,
        putDown: true,
      },
    ]);
    expect(excesses[0]?.used).toBeGreaterThan(150);

    await until('the neighbour is measured', () => (other.status.resources?.rss ?? 0) > 150 * 2 ** 20);
    expect(other.status).toMatchObject({ state: 'ready', incarnation: 1, resources: { overBudget: null } });
    // What the first incarnation used is not its successor's.
    await until('the successor is measured', () => large.status.resources !== null);
    expect(large.status.resources).toMatchObject({ overBudget: null });
    expect(large.status.resources?.rss).toBeLessThan(150 * 2 ** 20);
  },
);

test('a memory limit bounds the heap of V8 too, unless the module has its own bound', async () => {
  await using stage = createStage({ policy: { memory: { limit: 400, heapShare: 0.5 } } });
  const bounded = stage.add(usesALot());
  const unbounded = stage.add(usesALot(), { policy: { memory: { limit: 0 } } });
  const own = stage.add(usesALot('--max-old-space-size=1000'));
  const heaps = [bounded, unbounded, own].map(async (connection) => {
    await connection.waitFor('ready');
    return (await connection.call('heap')) as number;
  });
  const [heap, ordinary, chosen] = await Promise.all(heaps);
  // V8 adds its young generation: 48 MiB in Node 20 and 22, 192 in 24, 96 in 26.
  expect(heap).toBeGreaterThanOrEqual(200);
  expect(heap).toBeLessThan(400);
  expect(ordinary).toBeGreaterThan(400);
  expect(chosen).toBeGreaterThanOrEqual(1000);
});

test.runIf(process.platform === 'linux')(
  'a module that burns a core is reported, and put down only where that is wanted',
  async () => {
    await using stage = createStage({ policy: { resources } });
    const excesses: ManagerEvents['overBudget'][] = [];
    stage.manager.on('overBudget', (excess) => excesses.push(excess));
    const cpu = { limit: 10, reportAfter: 200 };
    const told = stage.add(usesALot(), { policy: { cpu } });
    const ended = stage.add(usesALot(), { policy: { cpu: { ...cpu, putDownAfter: 400 } } });
    await Promise.all([told.waitFor('ready'), ended.waitFor('ready')]);
    told.notify('burn', 1500);
    ended.notify('burn', 60_000);

    const second = await ended.waitFor(({ incarnation }) => incarnation === 2);
    expect(second.lastExit).toMatchObject({ cause: 'too-busy', phase: 'ready', crash: true });
    expect(second.lastExit?.detail).toMatch(
      /^used \d+ % of a core for \d+ s \(limit 10 %\) while ready, then /,
    );
    await until('the other is told of', () => excesses.some(({ connection }) => connection === told.id));
    const own = excesses.filter(({ connection }) => connection === ended.id);

    // When it has rested, it is within its budget again.
    await until('it is within its budget again', () => told.status.resources?.overBudget === null);
    expect(told.status).toMatchObject({ state: 'ready', incarnation: 1 });
    // Where many want the core they may have come to rest in between, and be told of again.
    expect(own.length).toBeGreaterThan(1);
    expect(own.map(({ putDown }) => putDown)).toEqual(own.map((_, index) => index === own.length - 1));
    for (const excess of excesses.filter(({ connection }) => connection === told.id))
      expect(excess).toMatchObject({ budget: 'cpu', limit: 10, putDown: false });
  },
);
