import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { allMutants, type Mutant } from './all-mutants.ts';
import { readEquivalent } from './equivalent.ts';
import { judgeAll } from './pool.ts';
import { printed, reportOf, type Judged } from './report.ts';
import { sampled } from './sample.ts';

/**
 * Judges the mutants and prints what became of them. Returns the exit code: 1 if one survived that isn't explained, or if one that is explained was killed or isn't there.
 * `root` is the folder that `scripts/mutants.mjs` has prepared.
 */
export async function run(root: string, repository: string, args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      thorough: { type: 'boolean', default: false },
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '2' },
    },
  });
  const began = performance.now();
  const every = allMutants(join(root, 'base/src'));
  const equivalent = readEquivalent(repository);
  const chosen = sampled(
    every.filter((mutant) => named(mutant).includes(values.only)),
    values.sample === undefined ? Infinity : Number(values.sample),
    Number(values.seed),
  );
  const judged: Judged[] = [];
  const jobs = chosen.map((mutant) => ('edits' in mutant ? { chart: mutant.id } : { source: mutant }));
  const options = {
    root,
    repository,
    workers: Number(values.workers),
    thorough: values.thorough,
    patience: 90_000,
  };
  await judgeAll(jobs, options, (index, { layer, detail }) => {
    const { id, kind } = chosen[index] as (typeof chosen)[number];
    judged.push({ id, kind, layer, detail });
    if (process.env['MUTANTS_LOG'])
      appendFileSync(process.env['MUTANTS_LOG'], `${JSON.stringify(judged.at(-1))}\n`);
    if (!values.json && layer === null && !equivalent.has(id)) console.log(`survived: ${kind}: ${id}`);
  });
  const gone = [...equivalent].filter((id) => !every.some((mutant) => mutant.id === id));
  const report = reportOf(judged, equivalent, gone, (performance.now() - began) / 1000);
  console.log(values.json ? JSON.stringify(report) : printed(report));
  return report.survivors.length + report.wronglyListed.length === 0 ? 0 : 1;
}

function named({ kind, id, ...mutant }: Mutant): string {
  return `${'edits' in mutant ? 'chart' : 'source'}: ${kind}: ${id}`;
}
