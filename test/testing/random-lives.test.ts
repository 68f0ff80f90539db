import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { mistakes } from './random-lives/mistakes.ts';
import { livesHold } from './random-lives/play.ts';

// A failure prints its seed and path, which LIVES_SEED and LIVES_PATH take. CI sets LIVES_RUNS to 10000.
const { LIVES_RUNS, LIVES_SEED, LIVES_PATH } = process.env;
const founding = 'does not act on the exit of a ready module';
const planted = LIVES_RUNS === undefined ? [founding] : Object.keys(mistakes);

it(
  'keeps every promise in random lives of three connections that share one start slot',
  { timeout: 900_000 },
  async () => {
    await fc.assert(livesHold(), {
      numRuns: Number(LIVES_RUNS ?? 40),
      ...(LIVES_SEED === undefined ? {} : { seed: Number(LIVES_SEED) }),
      ...(LIVES_PATH === undefined ? {} : { path: LIVES_PATH }),
    });
  },
);

it.each(planted)(
  'finds a statechart that %s, and tells it in eight steps at most',
  { timeout: 120_000 },
  async (name) => {
    const found = await fc.check(livesHold(mistakes[name]), { numRuns: 2000, seed: 7 });
    const moves = [...(found.counterexample?.[1] ?? [])];
    expect(found.failed).toBe(true);
    expect(moves.length).toBeLessThanOrEqual(8);
  },
);
