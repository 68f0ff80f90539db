import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { connectionMachine } from '../../src/machines/connection.ts';
import { connectionSetup } from '../../src/machines/connection-setup.ts';
import { lintMachine } from '../../src/testing/lint.ts';
import { chartMutants } from './chart-mutants.ts';
import { mutantsOfCharts } from './charts.ts';
import { edited } from './edits.ts';
import { readEquivalent } from './equivalent.ts';
import { ableToNegate } from './negated.ts';
import { reportOf } from './report.ts';
import { sampled } from './sample.ts';
import { sourceMutants } from './source-mutants.ts';

const repository = join(import.meta.dirname, '../..');
const mutants = chartMutants(connectionMachine);

describe('the mutants of a chart', () => {
  it('change every transition, each in its own way', () => {
    expect(mutants.length).toBeGreaterThan(2500);
    expect(new Set(mutants.map(({ id }) => id)).size).toBe(mutants.length);
  });

  it('are not made of a chart in which one would be left out', () => {
    const machine = createMachine({
      initial: 'here',
      states: { here: { invoke: { src: 'nobody', onSnapshot: 'there' } }, there: {} },
    });
    expect(() => chartMutants(machine)).toThrow('No mutant changes 1 of 1 transitions of (machine).here.');
  });

  it('are of every kind', () => {
    expect(new Set(mutants.map(({ kind }) => kind)).size).toBe(17);
  });

  it('differ in one step from the chart, which stays what it was', () => {
    const before = lintMachine(connectionMachine);
    const dropped = mutants.find(({ kind, id }) => kind === 'drop transition' && id.includes('ready'))!;
    expect(lintMachine(become(dropped.edits))).toContainEqual(expect.stringContaining('has no answer'));
    expect(lintMachine(connectionMachine)).toEqual(before);
    expect(lintMachine(become([]))).toEqual([]);
  });

  it('do the opposite where a guard is negated', () => {
    const guards = ableToNegate({ is: (_: unknown, { fact }: { fact: boolean }) => fact });
    expect(guards['is']!(null as never, { fact: true })).toBe(true);
    expect(guards['is']!(null as never, { not: { fact: true } })).toBe(false);
  });
});

describe('the mutants of a source', () => {
  const idsOf = (source: string, charts?: readonly string[]): string[] =>
    sourceMutants('a.js', source, charts).map(({ id }) => id.replace('a.js ', ''));

  it('change operators, numbers, branches and properties one at a time', () => {
    expect(idsOf('export const late = (at) => ({ is: at > 1 });')).toEqual([
      'late: is: at > 1 -> nothing',
      'late: at > 1 -> at >= 1',
      'late: at > 1 -> at <= 1',
      'late: 1 -> 2',
      'late: 1 -> (0)',
    ]);
  });

  it('leave out functions that write a chart, and not the functions therein', () => {
    const source = 'function chart() { return { params: ({ at }) => !at, target: "there" }; }';
    expect(idsOf(source, ['chart'])).toEqual(['params: !at -> (at)']);
  });
});

describe('the report', () => {
  it('fails on who survives unexplained, and on an explanation that does not hold', () => {
    const judged = [
      { id: 'a', kind: 'drop', layer: 'lint', detail: '' },
      { id: 'b', kind: 'drop', layer: null, detail: '' },
      { id: 'c', kind: 'drop', layer: null, detail: '' },
      { id: 'd', kind: 'drop', layer: 'examples', detail: '' },
    ];
    expect(reportOf(judged, new Set(['c', 'd']), ['e'], 1)).toMatchObject({
      mutants: 4,
      killed: 2,
      survived: 1,
      equivalent: 1,
      score: 66.66,
      byLayer: { lint: 1, examples: 1 },
      survivors: ['drop: b'],
      wronglyListed: ['d (killed by examples)', 'e (there is no such mutant)'],
    });
  });

  it('has an explanation for mutants of the chart only if there are such', () => {
    const ids = new Set(mutantsOfCharts().map(({ id }) => id));
    const listed = [...readEquivalent(repository)].filter((id) => !/^(?:machines|manager)\//.test(id));
    expect(listed.filter((id) => !ids.has(id))).toEqual([]);
    expect(readFileSync(join(repository, 'docs/testing.md'), 'utf8')).toContain('npm run mutants');
  });
});

it('draws the same sample for the same seed', () => {
  const list = Array.from({ length: 100 }, (_, index) => index);
  expect(sampled(list, 10, 7)).toEqual(sampled(list, 10, 7));
  expect(sampled(list, 10, 7)).toHaveLength(10);
  expect(sampled(list, 200, 7)).toBe(list);
});

function become(edits: (typeof mutants)[number]['edits']): typeof connectionMachine {
  return connectionSetup.createMachine(
    edited(connectionMachine.config, edits) as never,
  ) as unknown as typeof connectionMachine;
}
