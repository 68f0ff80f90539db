import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allMutants, type Mutant } from './all-mutants.ts';
import { readEquivalent } from './equivalent.ts';
import { judgeAll, type PoolOptions } from './pool.ts';
import { printed, reportOf, type Judged } from './report.ts';
import { sampled } from './sample.ts';
import type { Verdict } from './worker.ts';

/**
 * Judges the mutants and prints what became of them. Returns the exit code: 1 if one survived that isn't explained, or if one that is explained was killed or isn't there.
 * `root` is the folder that `scripts/mutants.mjs` has prepared. Rejects if the suite fails without any mutant.
 */
export async function run(root: string, repository: string, args: string[]): Promise<number> {
  const options = optionsOf(args);
  const { workers, thorough, json, log } = options;
  const pool = { root, workers: Number(workers), thorough, patience: 90_000 };
  const began = performance.now();
  const every = allMutants(join(root, 'base/src'));
  const equivalent = readEquivalent(repository);
  await judgeOriginal(pool);
  const judged = await judge(chosenOf(every, options), pool, (one) => {
    if (log !== undefined) appendFileSync(log, `${JSON.stringify(one)}\n`);
    if (!json && one.layer === null && !equivalent.has(one.id))
      console.log(`survived: ${one.kind}: ${one.id}`);
  });
  const gone = [...equivalent].filter((id) => !every.some((mutant) => mutant.id === id));
  const report = reportOf(judged, equivalent, gone, (performance.now() - began) / 1000);
  console.log(json ? JSON.stringify(report) : printed(report));
  return report.survivors.length + report.wronglyListed.length === 0 ? 0 : 1;
}

function optionsOf(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      sample: { type: 'string', default: 'Infinity' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
      thorough: { type: 'boolean', default: false },
      log: { type: 'string' },
    },
  });
  return values;
}

function chosenOf(every: readonly Mutant[], { only, sample, seed }: ReturnType<typeof optionsOf>) {
  const meant = every.filter((mutant) => {
    const where = 'edits' in mutant ? 'chart' : 'source';
    return `${where}: ${mutant.kind}: ${mutant.id}`.includes(only);
  });
  return sampled(meant, Number(sample), Number(seed));
}

async function judge(mutants: readonly Mutant[], pool: PoolOptions, onJudged: (one: Judged) => void) {
  const judged: Judged[] = [];
  const jobs = mutants.map((mutant) => ('edits' in mutant ? { chart: mutant.id } : { source: mutant }));
  await judgeAll(jobs, pool, (index, { layer, detail, seconds }) => {
    const { id, kind } = mutants[index] as Mutant;
    const one = { id, kind, layer, detail, seconds };
    judged.push(one);
    onJudged(one);
  });
  return judged;
}

// A suite that fails anyway would kill every mutant.
async function judgeOriginal(pool: PoolOptions): Promise<void> {
  const verdicts: Verdict[] = [];
  await judgeAll([{ source: null }], { ...pool, workers: 1 }, (_, verdict) => verdicts.push(verdict));
  const [verdict] = verdicts;
  if (verdict?.layer !== null) {
    throw new Error(`Without any mutant, ${verdict?.layer} finds: ${verdict?.detail}`);
  }
}
