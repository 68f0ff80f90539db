import { expect, it } from 'vitest';
import { defaultPolicy } from '../../src/machines/policy.ts';
import type { SpareContext } from '../../src/machines/spare-setup.ts';
import { spareMachine } from '../../src/machines/spare.ts';
import { checkModel, printViolation, type Model, type Move } from '../../src/testing/index.ts';

/** What is around a spare: its slot, its process as the operating system has it, and whether somebody wants it. */
interface World {
  readonly slot: 'none' | 'waiting' | 'held';
  readonly process: 'none' | 'asked for' | 'given up' | 'running' | 'killed' | 'dead';
  readonly isWanted: boolean;
}

type SpareMove = Move<typeof spareMachine, World>;
type Snapshot = Parameters<NonNullable<SpareMove['event']>>[0];

const at = ({ context }: Snapshot): number => context.since;

function order(type: 'want' | 'dismiss'): SpareMove {
  return {
    name: type,
    when: () => true,
    event: (snapshot) => ({ type, at: at(snapshot) }),
    world: (world) => ({ ...world, isWanted: type === 'want' }),
  };
}

function news(
  name: string,
  from: readonly World['process'][],
  event: object,
  process: World['process'] | 'same',
  tags: readonly string[] = [],
): SpareMove {
  return {
    name,
    tags,
    when: ({ world }) => from.includes(world.process),
    event: (snapshot) => ({
      ...(event as { type: string }),
      incarnation: snapshot.context.incarnation,
      at: at(snapshot),
    }),
    world: (world) => (process === 'same' ? world : { ...world, process }),
  };
}

const alive = ['running', 'killed'] as const;
const reports: readonly SpareMove[] = [
  news('it starts', ['asked for'], { type: 'process.spawned', pid: 1 }, 'running', ['healthy', 'inevitable']),
  news('it starts after all', ['given up'], { type: 'process.spawned', pid: 1 }, 'killed', [
    'healthy',
    'inevitable',
  ]),
  news(
    'it can’t be started',
    ['asked for', 'given up'],
    { type: 'process.spawnFailed', message: 'no' },
    'none',
    ['inevitable'],
  ),
  news('it registers', alive, { type: 'process.registered' }, 'same', ['healthy']),
  news('it waits', alive, { type: 'process.waits' }, 'same', ['healthy']),
  news('it can’t be used', alive, { type: 'process.failed', message: 'it lies' }, 'same'),
  news('it exits', ['dead'], { type: 'process.exited', detail: 'it ended' }, 'none', [
    'healthy',
    'inevitable',
  ]),
];

/** The same of a process that is over. */
const late = reports.map((move): SpareMove => ({
  name: `late: ${move.name}`,
  tags: ['stale'],
  when: ({ snapshot }) => snapshot.context.incarnation > 0,
  event: (snapshot) => ({
    ...move.event!(snapshot),
    incarnation: snapshot.context.incarnation - 1,
  }),
}));

const model: Model<typeof spareMachine, World> = {
  machine: spareMachine,
  input: { id: 'spare', policy: defaultPolicy, at: 0 },
  environment: {
    begin: { slot: 'none', process: 'none', isWanted: false },
    obey(world, effect) {
      if (effect.type === 'started')
        return effect.child === 'slot' ? { ...world, slot: 'waiting' } : { ...world, process: 'asked for' };
      // A process that is let go of is dead or somebody else's.
      if (effect.type === 'stopped')
        return effect.child === 'slot' ? { ...world, slot: 'none' } : { ...world, process: 'none' };
      if (effect.type !== 'told') return world;
      if (effect.child === 'slot') return { ...world, slot: 'none' };
      // Who is killed before it is there is killed when it is.
      if (world.process === 'asked for') return { ...world, process: 'given up' };
      return world.process === 'running' ? { ...world, process: 'killed' } : world;
    },
    moves: [
      order('want'),
      order('dismiss'),
      {
        name: 'it is taken',
        when: ({ snapshot }) => snapshot.hasTag('takeable'),
        event: (snapshot) => ({ type: 'take', at: at(snapshot) }),
      },
      {
        name: 'somebody wants to take it too late',
        when: ({ snapshot }) => !snapshot.hasTag('takeable'),
        event: (snapshot) => ({ type: 'take', at: at(snapshot) }),
      },
      {
        name: 'the start slot is granted',
        tags: ['healthy'],
        when: ({ world }) => world.slot === 'waiting',
        event: (snapshot) => ({ type: 'slot.granted', at: at(snapshot) }),
        world: (world) => ({ ...world, slot: 'held' }),
      },
      {
        name: 'it dies',
        when: ({ world }) => world.process === 'running',
        world: (world) => ({ ...world, process: 'dead' }),
      },
      {
        name: 'it is dead',
        tags: ['healthy', 'inevitable'],
        when: ({ world }) => world.process === 'killed',
        world: (world) => ({ ...world, process: 'dead' }),
      },
      ...reports,
      ...late,
    ],
  },
  abstraction: ({ context }): SpareContext => ({
    ...context,
    since: 0,
    due: null,
    incarnation: Math.min(context.incarnation, 2),
    failures: Math.min(context.failures, 1),
    reason: context.reason === null ? null : '',
  }),
  invariants: [
    {
      name: 'There is one process at most.',
      inStep: ({ effects, before: { world } }) =>
        world.process !== 'none' &&
        effects.some((effect) => effect.type === 'started' && effect.child === 'process')
          ? 'a second one is asked for'
          : undefined,
    },
    {
      name: 'A process is let go of only when it is gone or taken.',
      inStep: ({ effects, before: { world }, move }) =>
        effects.some((effect) => effect.type === 'stopped' && effect.child === 'process') &&
        world.process !== 'none' &&
        move !== 'it is taken'
          ? `it is ${world.process}`
          : undefined,
    },
    {
      name: 'Only a process that waits can be taken.',
      inSituation: ({ snapshot, world }) =>
        snapshot.hasTag('takeable') && !['running', 'dead'].includes(world.process)
          ? world.process
          : undefined,
    },
    {
      name: 'A start slot is held under a deadline, and only until it waits.',
      inSituation: ({ snapshot, timers, world }) => {
        if (world.slot !== 'held') return undefined;
        if (timers.length === 0) return 'no deadline runs';
        return snapshot.hasTag('takeable') ? 'it waits' : undefined;
      },
    },
    {
      name: 'What is over changes nothing.',
      inStep: ({ tags, before, after }) =>
        tags.includes('stale') && before.snapshot.value !== after.snapshot.value ? 'it does' : undefined,
    },
    {
      name: 'Nothing starts that nobody wants.',
      inStep: ({ effects, before: { world } }) =>
        !world.isWanted && effects.some(({ type }) => type === 'started') ? 'a start begins' : undefined,
    },
  ],
  goals: [
    {
      name: 'From everywhere it can be dismissed, whatever its process does.',
      from: () => true,
      reached: ([one]) => one!.snapshot.value === 'unwanted',
      by: ({ name, tags }) => name === 'dismiss' || tags.includes('inevitable') || tags.includes('timer'),
    },
    {
      name: 'A process that is healthy from now on waits at last, if one is wanted.',
      from: ([one]) => one!.world.isWanted,
      reached: ([one]) => one!.snapshot.hasTag('takeable'),
      by: ({ tags, name }) =>
        tags.includes('healthy') || (tags.includes('timer') && !/spawnTimeout|registerTimeout/.test(name)),
    },
  ],
};

it('a spare keeps its promises in every configuration', () => {
  const { configurations, violations } = checkModel(model);
  expect(violations.map(printViolation)).toEqual([]);
  expect(configurations).toBeGreaterThan(30);
});
