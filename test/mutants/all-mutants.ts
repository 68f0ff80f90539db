import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutantsOfCharts, type MutantOfChart } from './charts.ts';
import { sourceMutants, type SourceMutant } from './source-mutants.ts';

/** A mutant of a chart, or one of the functions it calls. */
export type Mutant = MutantOfChart | SourceMutant;

/** Sources whose functions are mutated; of those that write the chart, all functions but the ones that only return parts of it. */
const sources: readonly (readonly [file: string, charts?: readonly string[]])[] = [
  ['machines/restart.js'],
  ['machines/exits.js'],
  ['machines/policy.js'],
  ['machines/timers.js'],
  ['machines/connection-context.js'],
  ['machines/connection-setup.js'],
  ['machines/status.js'],
  ['machines/ends.js', ['death', 'deathOfReady', 'spawnFailure', 'afterEnd', 'ordered', 'leadsTo']],
  ['machines/judgements.js', ['putDown', 'refuse', 'goodbye', 'turnAway']],
  ['machines/messages.js', []],
  ['machines/orders.js', ['whileAlive']],
  ['machines/outcomes.js', ['discard', 'acknowledge', 'reject', 'stamp', 'startTimer', 'tell', 'end']],
  ['machines/states/starting.js', []],
  ['machines/states/running.js', []],
  ['machines/states/ending.js', []],
  ['machines/spare-setup.js'],
  ['machines/spare-outcomes.js', ['acknowledged', 'tooLate']],
  ['manager/start-slots.js'],
];

/** Every mutant there is; `compiled` is the folder of the compiled library. */
export function allMutants(compiled: string): Mutant[] {
  return [
    ...sources.flatMap(([file, charts]) =>
      sourceMutants(file, readFileSync(join(compiled, file), 'utf8'), charts),
    ),
    ...mutantsOfCharts(),
  ];
}
