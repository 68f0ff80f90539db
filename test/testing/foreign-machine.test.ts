import { describe, expect, it } from 'vitest';
import { assign, fromPromise, sendTo, fromCallback, setup } from 'xstate';
import {
  checkModel,
  printViolation,
  replayStory,
  type Invariant,
  type Model,
} from '../../src/testing/index.ts';

type Door = ReturnType<typeof door>;
interface House {
  readonly motor: 'still' | 'running';
  readonly somebodyInside: boolean;
}

/** A sliding door with a motor. `opensAgain`: whether somebody who steps in while it closes makes it open. */
function door({ opensAgain }: { opensAgain: boolean }) {
  const open = { target: 'open' };
  return setup({
    types: { events: {} as { type: 'press' } | { type: 'stepIn' } | { type: 'motor.stopped' } },
    actors: { motor: fromCallback(() => {}) },
    delays: { closeDelay: 3000 },
  }).createMachine({
    initial: 'shut',
    states: {
      shut: { on: { press: open, stepIn: {}, 'motor.stopped': {} } },
      open: {
        after: { closeDelay: 'closing' },
        on: { press: {}, stepIn: {}, 'motor.stopped': {} },
      },
      closing: {
        invoke: { src: 'motor', id: 'motor' },
        on: { press: open, stepIn: opensAgain ? open : {}, 'motor.stopped': { target: 'shut' } },
      },
    },
  });
}

function house(machine: Door): Model<Door, House> {
  return {
    machine,
    environment: {
      begin: { motor: 'still', somebodyInside: false },
      obey: (world, { type }) => {
        if (type === 'started') return { ...world, motor: 'running' };
        return type === 'stopped' ? { ...world, motor: 'still' } : world;
      },
      moves: [
        { name: 'press', when: () => true, event: () => ({ type: 'press' }) },
        {
          name: 'somebody steps in',
          when: ({ snapshot, world }) => !snapshot.matches('shut') && !world.somebodyInside,
          event: () => ({ type: 'stepIn' }),
          world: (world) => ({ ...world, somebodyInside: true }),
        },
        {
          name: 'somebody leaves',
          when: ({ snapshot, world }) => snapshot.matches('open') && world.somebodyInside,
          world: (world) => ({ ...world, somebodyInside: false }),
        },
        {
          name: 'the motor has arrived',
          when: ({ world }) => world.motor === 'running',
          event: () => ({ type: 'motor.stopped' }),
        },
      ],
    },
    invariants: [nobodyIsSqueezed],
    goals: [
      {
        name: 'It can be opened from everywhere.',
        from: () => true,
        reached: ([situation]) => situation?.snapshot.matches('open') ?? false,
        by: ({ name }) => name === 'press',
      },
    ],
  };
}

const nobodyIsSqueezed: Invariant<Door, House> = {
  name: 'Nobody is squeezed.',
  inStep: ({ before, after, move }) =>
    move === 'somebody steps in' && before.snapshot.matches('closing') && after.snapshot.matches('closing')
      ? 'the door goes on closing'
      : undefined,
};

describe('a machine that is not ours', () => {
  it('is explored with its timers and children', () => {
    const report = checkModel(house(door({ opensAgain: true })));
    expect(report).toMatchObject({ closed: true, violations: [] });
    expect(report.configurations).toBe(6);
  });

  it('is found wrong, with the shortest story, which happens again to live actors', () => {
    const model = house(door({ opensAgain: false }));
    const { violations } = checkModel(model);
    expect(violations.map(printViolation)).toMatchInlineSnapshot(`
      [
        "Not true: Nobody is squeezed.
        1. press
        2. closeDelay of open is over
        3. somebody steps in
        => the door goes on closing",
      ]
    `);
    expect(replayStory(model, violations[0]!.story)).toMatchObject({
      isComplete: true,
      problems: [{ invariant: 'Nobody is squeezed.', step: 2 }],
    });
  });
});

describe('what no machine may do', () => {
  const moves = ['go', 'come'].map((type) => ({ name: type, when: () => true, event: () => ({ type }) }));
  const environment = { begin: null, obey: (world: null) => world, moves };
  const found = (machine: Model['machine'], configurations = 100): string[] =>
    checkModel({ machine, environment }, { configurations }).violations.map(
      ({ invariant, words }) => `${invariant} ${words.join(', ')}`,
    );

  it('is to leave an event unanswered', () => {
    const machine = setup({}).createMachine({
      initial: 'here',
      states: { here: { on: { go: 'there', come: {} } }, there: { on: { go: {} } } },
    });
    expect(found(machine)).toEqual(['Every event is answered in every state. go, come']);
  });

  it('is to fail in an action', () => {
    const machine = setup({
      actors: { child: fromPromise(() => Promise.resolve()) },
      actions: { tell: sendTo('child', { type: 'hello' }) },
    }).createMachine({
      initial: 'here',
      states: {
        here: { invoke: { src: 'child', id: 'child' }, on: { go: 'there', come: { actions: 'tell' } } },
        there: { on: { go: {}, come: { actions: 'tell' } } },
      },
    });
    expect(found(machine)).toEqual(['The actor never fails. go, come']);
  });

  it('is to count without end, unless an abstraction says what of it matters', () => {
    const machine = setup({ types: { context: {} as { count: number } } }).createMachine({
      context: { count: 0 },
      on: { go: { actions: assign(({ context }) => ({ count: context.count + 1 })) }, come: {} },
    });
    expect(found(machine)).toEqual([`The state space closes. ${Array(100).fill('go').join(', ')}`]);
    const abstraction = ({ context }: { context: { count: number } }) => ({
      count: Math.min(context.count, 3),
    });
    expect(checkModel({ machine, environment, abstraction })).toMatchObject({
      closed: true,
      configurations: 4,
      violations: [],
    });
  });
});
