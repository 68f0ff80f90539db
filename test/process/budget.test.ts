import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../../src/machines/policy.ts';
import { createBudget, samplingInterval, type BudgetPolicy, type Excess } from '../../src/process/budget.ts';

const mebibyte = 2 ** 20;

function judge(policy: Partial<BudgetPolicy>) {
  const excesses: Excess[] = [];
  const over: unknown[] = [];
  const take = createBudget({
    policy: { ...defaultPolicy, ...policy },
    onResources: ({ overBudget }) => over.push(overBudget),
    onExcess: (excess) => excesses.push(excess),
  });
  /** Looks so often, each a second after the other. */
  const look = (times: number, sample: { rss?: number; cpu?: number | null; span?: number }) => {
    let answer = '';
    for (let time = 0; time < times; time += 1)
      answer = take({ rss: 0, cpu: 0, span: 1000, at: 0, ...sample });
    return answer;
  };
  return { excesses, look, over: () => over.at(-1) };
}

describe('a memory limit', () => {
  const memory = { limit: 100, heapShare: 0.75 };

  test('is exceeded by who is found above it twice, and looked at soon', () => {
    const { excesses, look, over } = judge({ memory });
    expect(look(1, { rss: 100 * mebibyte })).toBe('later');
    expect(look(1, { rss: 101 * mebibyte })).toBe('soon');
    expect([excesses, over()]).toEqual([[], 'memory']);
    look(1, { rss: 102 * mebibyte });
    expect(excesses).toMatchObject([{ budget: 'memory', used: 102, limit: 100, putDown: true }]);
    // It is being put down: nothing more to say.
    expect(look(5, { rss: 300 * mebibyte })).toBe('later');
    expect(excesses).toHaveLength(1);
  });

  test('is not exceeded by a moment: a process that starts another is copied', () => {
    const { excesses, look } = judge({ memory });
    for (let time = 0; time < 10; time += 1) {
      look(1, { rss: 180 * mebibyte });
      look(1, { rss: 90 * mebibyte });
    }
    expect(excesses).toEqual([]);
  });
});

describe('a limit of processor time', () => {
  const cpu = { limit: 50, reportAfter: 10_000, putDownAfter: 0 };

  test('is told of once, after a while above it, and again only after it was within for as long', () => {
    const { excesses, look, over } = judge({ cpu });
    look(9, { cpu: 100 });
    expect([excesses, over()]).toEqual([[], null]);
    look(50, { cpu: 100 });
    expect(excesses).toMatchObject([{ budget: 'cpu', used: 100, limit: 50, putDown: false }]);
    expect(over()).toBe('cpu');
    look(9, { cpu: 1 });
    expect(over()).toBe('cpu');
    look(1, { cpu: 1 });
    expect(over()).toBeNull();
    look(10, { cpu: 100 });
    expect(excesses).toHaveLength(2);
  });

  test('is exceeded in spite of short rests, and not by short work', () => {
    const restless = judge({ cpu });
    const quick = judge({ cpu });
    for (let time = 0; time < 10; time += 1) {
      restless.look(3, { cpu: 90 });
      restless.look(1, { cpu: 0 });
      quick.look(5, { cpu: 200 });
      quick.look(6, { cpu: 10 });
    }
    expect(restless.excesses).toHaveLength(1);
    expect(quick.excesses).toEqual([]);
  });

  test('puts down only where that is wanted, and once', () => {
    const { excesses, look } = judge({ cpu: { ...cpu, putDownAfter: 30_000 } });
    look(29, { cpu: 51 });
    expect(excesses.map(({ putDown }) => putDown)).toEqual([false]);
    look(10, { cpu: 51 });
    expect(excesses.map(({ putDown }) => putDown)).toEqual([false, true]);
  });

  test('[F29] is not exceeded by a single look after a long sleep of who looks', () => {
    const { excesses, look } = judge({ cpu: { ...cpu, putDownAfter: 20_000 } });
    look(1, { cpu: 100, span: 3_600_000 });
    expect(excesses).toEqual([]);
  });
});

test('nobody looks at a process without a reason', () => {
  const interval = (policy: Partial<BudgetPolicy>) => samplingInterval({ ...defaultPolicy, ...policy });
  expect(interval({})).toBe(0);
  expect(interval({ memory: { limit: 1, heapShare: 0 } })).toBe(1000);
  expect(interval({ cpu: { limit: 1, reportAfter: 0, putDownAfter: 0 } })).toBe(1000);
  expect(interval({ resources: { interval: 250 } })).toBe(250);
});
