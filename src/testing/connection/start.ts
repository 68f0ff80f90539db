import { dated, now, type ConnectionMove, type OfStart } from './move.ts';
import type { Surroundings } from './surroundings.ts';

const found: OfStart = { type: 'preparation.succeeded' };
const granted: OfStart = { type: 'slot.granted' };

/** What happens before there is a process: its module is found or not, a slot is free or not. */
export const starting: readonly ConnectionMove[] = [
  {
    ...newsOfStart('the module is found', found, 0),
    tags: ['healthy'],
    when: ({ world }) => world.preparation === 'under way',
    world: (around): Surroundings => ({ ...around, preparation: 'over' }),
  },
  {
    ...newsOfStart('the module is not found', { type: 'preparation.failed', message: 'no such file' }, 0),
    when: ({ world }) => world.preparation === 'under way',
    world: (around): Surroundings => ({ ...around, preparation: 'over' }),
  },
  {
    ...newsOfStart('the start slot is granted', granted, 0),
    tags: ['healthy'],
    when: ({ world }, others) =>
      world.slot === 'waiting' && others.every((other) => other.world.slot !== 'held'),
    world: (around): Surroundings => ({ ...around, slot: 'held' }),
  },
];

/** Late news of starts that are over. */
export const lateStarts: readonly ConnectionMove[] = [
  ...late('late: the module is found', found, ({ preparation }) => preparation === 'under way'),
  ...late('late: the start slot is granted', granted, ({ slot }) => slot === 'waiting'),
];

// News of a start that is over: of the last one if none is under way, else of the one before.
function late(name: string, news: OfStart, isUnderWay: (around: Surroundings) => boolean): ConnectionMove[] {
  return [
    {
      ...newsOfStart(name, news, 0),
      tags: ['stale'],
      when: ({ snapshot, world }) => snapshot.context.starts > 0 && !isUnderWay(world),
    },
    {
      ...newsOfStart(`${name} for a former start`, news, 1),
      tags: ['stale'],
      when: ({ snapshot, world }) => snapshot.context.starts > 1 && isUnderWay(world),
    },
  ];
}

function newsOfStart(name: string, news: OfStart, age: number): Omit<ConnectionMove, 'when'> {
  return {
    name,
    event: ({ context }) => dated({ ...news, start: context.starts - age }, now(context)),
    say: ({ context }) => `${name} (start ${context.starts - age})`,
  };
}
