import { describe, expect, it } from 'vitest';
import { createMachine, setup } from 'xstate';
import { connectionMachine } from '../../src/machines/connection.ts';
import { spareMachine } from '../../src/machines/spare.ts';
import { lintMachine } from '../../src/testing/lint.ts';
import { eventsOf, stateTable } from '../../src/testing/table.ts';

// Asked for when a test runs: whoever judges mutants replaces them.
for (const { name, chart, states, events } of [
  { name: 'connection', chart: () => connectionMachine, states: 24, events: 27 },
  { name: 'spare', chart: () => spareMachine, states: 9, events: 10 },
]) {
  describe(`the chart of a ${name}`, () => {
    it('answers every event in every state', () => {
      const machine = chart();
      const table = stateTable(machine);
      expect(table).toHaveLength(states);
      expect(eventsOf(machine)).toHaveLength(events);
      const unanswered = table
        .filter(({ isFinal }) => !isFinal)
        .flatMap(({ state, cells }) =>
          cells
            .filter(({ candidates, region }) => candidates.length === 0 && region === null)
            .map(({ event }) => `${state}: ${event}`),
        );
      expect(unanswered).toEqual([]);
    });

    it('has none of the mistakes that XState does not report', () => {
      expect(lintMachine(chart())).toEqual([]);
    });
  });
}

describe('the lint for statecharts', () => {
  const described = { description: 'There.' };

  it.each([
    [
      'a state without a description',
      createMachine({ initial: 'a', states: { a: {} } }),
      'has no description',
    ],
    [
      'a guard on a state',
      createMachine({ initial: 'a', states: { a: { ...described, guard: 'isFine' } as object } }),
      'has a key "guard"',
    ],
    [
      'an initial state that is not there',
      createMachine({ initial: 'b' as 'a', states: { a: described } }),
      'begins in "b", which is none of a',
    ],
    [
      'an action that is not implemented',
      createMachine({ initial: 'a', states: { a: { ...described, entry: 'jump' } } }),
      'uses "jump", which is none of the machine\'s actions',
    ],
    [
      'a delay that is not implemented',
      createMachine({ initial: 'a', states: { a: { ...described, after: { soonTimeout: 'a' } } } }),
      'uses "soonTimeout", which is none of the machine\'s delays',
    ],
    [
      'an action that nobody uses',
      setup({ actions: { rest: () => {} } }).createMachine({ initial: 'a', states: { a: described } }),
      '"rest" of the machine\'s actions is used nowhere',
    ],
    [
      'an event that one state does not answer',
      createMachine({
        initial: 'a',
        states: { a: { ...described, on: { go: { target: 'b' } } }, b: described },
      }),
      'state "b": "go" has no answer',
    ],
    [
      'an event whose last candidate has a guard',
      createMachine({ initial: 'a', states: { a: { ...described, on: { go: { guard: () => true } } } } }),
      '"go" has no answer when no guard holds',
    ],
    [
      'a wildcard',
      createMachine({ initial: 'a', states: { a: { ...described, on: { '*': { actions: () => {} } } } } }),
      'answers "*"',
    ],
  ])('finds %s', (_, machine, finding) => {
    expect(lintMachine(machine)).toContainEqual(expect.stringContaining(finding));
  });
});
