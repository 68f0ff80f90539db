import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

interface Results {
  readonly goals: readonly { readonly name: string }[];
}

const from = async (file: string): Promise<Record<string, never>> =>
  (await import(pathToFileURL(file).href)) as Record<string, never>;

test('docs/performance.md is what the committed results say', async () => {
  const results = JSON.parse(readFileSync('bench/results/measured.json', 'utf8')) as Results;
  const { pageOf } = (await from('bench/page-text.mjs')) as unknown as { pageOf(results: Results): string };
  expect(readFileSync('docs/performance.md', 'utf8')).toBe(pageOf(results));
});

test('every goal of the bench has a committed result, in the same order', async () => {
  const results = JSON.parse(readFileSync('bench/results/measured.json', 'utf8')) as Results;
  const { goals } = (await from('bench/goals.mjs')) as unknown as Results;
  expect(results.goals.map(({ name }) => name)).toEqual(goals.map(({ name }) => name));
});

interface Judge {
  isClearlyWorse(
    goal: { atMost?: number; atLeast?: number },
    interval: [number, number],
    before: number,
  ): boolean;
}

test('the guard fails on an interval that is worse than before as a whole, and by more than 40 %', async () => {
  const { isClearlyWorse } = (await from('bench/judge.mjs')) as unknown as Judge;
  expect(isClearlyWorse({ atMost: 1 }, [1.41, 2], 1)).toBe(true);
  expect(isClearlyWorse({ atMost: 1 }, [1.39, 2], 1)).toBe(false);
  expect(isClearlyWorse({ atMost: 1 }, [2.79, 3], 2)).toBe(false);
  expect(isClearlyWorse({ atLeast: 1 }, [0.2, 0.71], 1)).toBe(true);
  expect(isClearlyWorse({ atLeast: 1 }, [0.2, 0.72], 1)).toBe(false);
  expect(isClearlyWorse({ atLeast: 1 }, [1.3, 1.42], 2)).toBe(true);
});

interface Statistics {
  paired(ours: number[], reference: number[]): { ratio: number; interval: [number, number] };
  verdict(interval: [number, number], goal: { atMost?: number; atLeast?: number }): string;
}

test('a verdict is given only by an interval that lies on one side of the goal', async () => {
  const { paired, verdict } = (await from('bench/statistics.mjs')) as unknown as Statistics;
  expect(verdict([0.9, 1], { atMost: 1 })).toBe('met');
  expect(verdict([1.01, 2], { atMost: 1 })).toBe('missed');
  expect(verdict([0.9, 1.1], { atMost: 1 })).toBe('undecided');
  expect(verdict([1, 2], { atLeast: 1 })).toBe('met');
  expect(verdict([0.5, 0.9], { atLeast: 1 })).toBe('missed');
  expect(verdict([0.5, 1.1], { atLeast: 1 })).toBe('undecided');
  // A slow round slows both, and one wild round moves the median of the others little.
  const reference = [10, 20, 10, 40, 10, 10, 20];
  const { ratio, interval } = paired([11, 22, 11, 44, 11, 500, 22], reference);
  expect(ratio).toBeCloseTo(1.1);
  expect(interval[0]).toBeCloseTo(1.1);
  expect(interval[1]).toBeCloseTo(1.1);
});
