import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { mistakes } from './random-lives/mistakes.ts';
import { realLivesHold } from './real-lives/play.ts';

// A failure prints its seed and path, which LIVES_SEED and LIVES_PATH take.
const { REAL_LIVES_RUNS, LIVES_SEED, LIVES_PATH } = process.env;
const runs = Number(REAL_LIVES_RUNS ?? 8);
// Processes mostly wait, so several scripts are played at the same time.
const atOnce = LIVES_PATH === undefined ? 4 : 1;
const seed = LIVES_SEED === undefined ? Date.now() % 2 ** 31 : Number(LIVES_SEED);

it('keeps every promise in random lives of real processes', { timeout: 900_000 }, async () => {
  const parameters = {
    numRuns: Math.ceil(runs / atOnce),
    ...(LIVES_PATH === undefined ? {} : { path: LIVES_PATH }),
  };
  const began = performance.now();
  const plays = Array.from({ length: atOnce }, (_, index) =>
    fc.check(realLivesHold(), { ...parameters, seed: seed + index }),
  );
  const results = await Promise.all(plays);
  if (REAL_LIVES_RUNS !== undefined)
    console.log(
      `${parameters.numRuns * atOnce} runs in ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
  // Seed and path are told whole: a comparison would be shortened.
  for (const result of results) if (result.failed) expect.fail(fc.defaultReportMessage(result));
});

it
  .runIf(REAL_LIVES_RUNS)
  .each([
    'notices neither the exit nor the closed channel of a ready module',
    'counts an ordered stop as a crash',
  ])('finds with real processes a statechart that %s', { timeout: 120_000 }, async (name) => {
  const property = realLivesHold({ machine: mistakes[name]!, patience: 1000 });
  const found = await fc.check(property, { numRuns: 40, seed: 1, endOnFailure: true });
  expect(found.failed).toBe(true);
});
