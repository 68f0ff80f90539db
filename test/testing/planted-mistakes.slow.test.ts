import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectionMachine } from '../../src/machines/connection.ts';
import { defaultPolicy } from '../../src/machines/policy.ts';
import {
  checkModel,
  connectionModel,
  levels,
  printViolation,
  replayStory,
  type ConnectionModel,
  type Violation,
} from '../../src/testing/index.ts';
import { planted, stateAt, type Written } from './planted.ts';

const ready = 'active.running.registered.operational.ready';

interface Mistake {
  readonly what: string;
  readonly machine: typeof connectionMachine;
  /** What it breaks first. */
  readonly breaks: string;
}

const mistakes: Mistake[] = [
  {
    what: 'an exit after ready is not handled',
    machine: planted((chart) => {
      delete stateAt(chart, ready).on['process.exited'];
    }),
    breaks: 'Every event is answered in every state.',
  },
  {
    what: 'an exit after ready is ignored on purpose',
    machine: planted((chart) => {
      stateAt(chart, ready).on['process.exited'] = { description: 'it is ready, is it not?' };
    }),
    breaks: 'The state claims a process exactly as long as there is one, or its exit is under way.',
  },
  {
    what: 'the stale guard is dropped',
    machine: connectionMachine.provide({ guards: { isStale: () => false } }),
    breaks: 'News of what is over changes nothing and is counted as stale.',
  },
  {
    what: 'a channel that closes while ready leads to a new start at once',
    machine: planted((chart) => {
      stateAt(chart, 'active.running.registered.operational').on['channel.closed'] = { target: '#preparing' };
    }),
    breaks: 'No process is let go of while it lives.',
  },
  {
    what: 'the start slot is not released at registration',
    machine: planted((chart) => {
      delete stateAt(chart, 'active.running.starting').exit;
    }),
    breaks: 'A start slot is held from the grant to the registration, and no longer.',
  },
  {
    what: 'registering has no deadline',
    machine: planted((chart) => {
      delete stateAt(chart, 'active.running.starting.registering').after;
    }),
    breaks: 'A start slot is held under a deadline.',
  },
  {
    what: 'ready does not wait for init',
    machine: planted((chart) => {
      const { on } = stateAt(chart, 'active.running.starting.registering');
      const candidates = on['module.registered'] as { target?: unknown }[];
      on['module.registered'] = [
        ...candidates.slice(0, -1),
        { ...candidates.at(-1), target: '#operational' },
      ];
    }),
    breaks: 'Ready means registered with its own token, initialised, and not known to be gone.',
  },
  {
    what: 'a restart that was ordered counts as a crash',
    machine: planted((chart) => {
      const next = stateAt(chart, 'active.running.ending.next');
      const { toRestart, toRecover } = next.states;
      (toRestart as Written).on['process.exited'] = (toRecover as Written).on['process.exited'];
    }),
    breaks: 'An intended stop is not a crash.',
  },
  {
    what: 'an order to disable does not reach a connection that backs off',
    machine: planted((chart) => {
      stateAt(chart, 'backingOff').on['disable'] = { description: 'it will be over soon' };
    }),
    breaks: 'Nothing starts that is not wanted.',
  },
  {
    what: 'a module that does not answer the question to stop is asked for ever',
    machine: planted((chart) => {
      stateAt(chart, 'active.running.ending.step.asking').after = {};
    }),
    breaks: 'From everywhere it can be disabled, whatever its module does.',
  },
  {
    what: 'nothing ends the wait of a connection that backs off',
    machine: planted((chart) => {
      stateAt(chart, 'backingOff').after = {};
    }),
    breaks: 'A module that is healthy from now on becomes ready.',
  },
  {
    what: 'a connection that failed is never tried again',
    machine: connectionMachine.provide({ guards: { mayProbe: () => false } }),
    breaks: 'A module that is healthy from now on becomes ready.',
  },
];

const small = levels[0]!;
const ignored = mistakes[1]!;
const testingPage = join(import.meta.dirname, '../../docs/testing.md');

describe('a mistake in the chart is found', () => {
  it.each(mistakes)('$what', ({ machine, breaks }) => {
    const { violations } = checkModel(small.model(machine), { violations: 1 });
    expect(violations[0]?.invariant).toBe(breaks);
  });
});

describe('a mistake that only a neighbour suffers from', () => {
  it('is found where two connections share a start slot', () => {
    // The deadline begins anew again and again: the one who hangs never goes, and never gives the slot back.
    const machine = planted((chart) => {
      stateAt(chart, 'active.running.starting.registering').after = {
        registerTimeout: { target: 'registering', reenter: true },
      };
    });
    const moves = new Set([
      'enable',
      'the module is found',
      'the start slot is granted',
      'process starts',
      'module registers',
      'module says that it is initialised',
      'process is killed',
      'process exits with code 1',
    ]);
    const { backoff, intensity } = defaultPolicy;
    const options = {
      machine,
      moves: (name: string) => moves.has(name),
      lies: false,
      late: false,
      policy: {
        intensity: { ...intensity, crashes: 0 },
        backoff: { ...backoff, most: backoff.initial },
      },
    };
    const becomesReady = (model: ConnectionModel) => ({
      ...model,
      goals: model.goals?.filter(({ name }) => name.includes('becomes ready')) ?? [],
    });
    expect(checkModel(becomesReady(connectionModel(options))).violations).toEqual([]);
    const [violation] = checkModel(
      becomesReady(connectionModel({ ...options, connections: ['lamp', 'desk'] })),
    ).violations;
    expect(violation && printViolation(violation)).toMatchInlineSnapshot(`
      "Not true: A module that is healthy from now on becomes ready.
        1. lamp: enable
        2. desk: enable
        3. desk: the module is found (start 1)
        4. desk: the start slot is granted (start 1)
        5. desk: process 1 starts
        => no way leads on from "preparing" and {"active":{"running":{"starting":"registering"}}}"
    `);
  });
});

describe('what is found', () => {
  it('is told as the shortest story in words, as docs/testing.md has it', () => {
    const { violations } = checkModel(small.model(ignored.machine), { violations: 1 });
    const [told] = violations.map(printViolation);
    expect(told).toContain('8. process 1 exits with code 1');
    expect(readFileSync(testingPage, 'utf8')).toContain(told);
  });

  it('happens again to live actors, and not to those of the chart without the mistake', () => {
    const { violations } = checkModel(small.model(ignored.machine), { violations: 1 });
    const [{ invariant, story }] = violations as [Violation];
    const replay = replayStory(small.model(ignored.machine), story);
    expect(replay.isComplete).toBe(true);
    expect(replay.problems).toContainEqual(expect.objectContaining({ invariant, step: story.length - 1 }));
    expect(replayStory(small.model(), story)).toMatchObject({ isComplete: true, problems: [] });
  });
});
