import { describe, expect, it } from 'vitest';
import {
  checkModel,
  levels,
  replayStory,
  replayWithProcesses,
  type Story,
  type Violation,
} from '../../src/testing/index.ts';
import { planted, stateAt } from './planted.ts';

const small = levels[0]!;
const medium = levels.find(({ name }) => name === 'medium')!;
const ready = 'active.running.registered.operational.ready';

// The mistake behind companion#3258: whatever becomes of a ready module is ignored. The channel closes first, so that belongs to it.
const founding = planted((chart) => {
  stateAt(chart, ready).on['process.exited'] = { description: 'it is ready, is it not?' };
  stateAt(chart, ready).on['channel.closed'] = { description: 'it is ready, is it not?' };
});

const story = (...moves: string[]): Story => moves.map((move) => ({ actor: 0, move }));

const becomesReady = [
  'enable',
  'the module is found',
  'the start slot is granted',
  'process starts',
  'module registers',
  'module says that it is initialised',
] as const;

const again = [
  'the module is found',
  'the start slot is granted',
  'process starts',
  'module registers',
] as const;

const healthy: Record<string, Story> = {
  'a module that crashes and comes back': story(
    ...becomesReady,
    'process dies',
    'process exits with code 1',
    ...again,
    'module says that it is initialised',
  ),
  'a stop that is deaf to all but SIGKILL': story(
    ...becomesReady,
    'disable',
    'xstate.after.askTimeout.asking',
    'xstate.after.terminateTimeout.terminating',
    'process is killed',
    'process exits on SIGKILL',
  ),
  'an order while nobody knows of a death': story(
    ...becomesReady,
    'process dies',
    'disable',
    'process exits with code 1',
  ),
  'a wrong config that is mended': story(
    ...becomesReady.slice(0, -1),
    'module says that its config is wrong',
    'process ends as asked',
    'process exits with code 1',
    'change the config',
    ...again,
  ),
  'heartbeats that are missed and answered': story(
    ...becomesReady,
    'heartbeat is missed',
    'heartbeat is missed',
    'heartbeat is answered',
    'remove',
  ),
  'a start that fails, and one whose channel closes': story(
    'enable',
    'the module is found',
    'the start slot is granted',
    'process can’t be started now',
    'restart',
    'the module is found',
    'the start slot is granted',
    'process starts',
    'channel closes',
    'late: process starts, of a former process',
    'xstate.after.leaveTimeout.leaving',
  ),
};

const [violation] = checkModel(small.model(founding), { violations: 1 }).violations as [Violation];

describe('a story of the model checker, replayed with a real process', () => {
  it('shows the founding mistake at the operating system', async () => {
    const { invariant, detail, story: found, words } = violation;
    const replay = await replayWithProcesses(small.model(founding), found);
    expect(replay).toMatchObject({ words, isComplete: true, stoppedBy: null });
    expect(replay.problems).toEqual([{ invariant, detail, step: found.length - 1 }]);
  });

  it('shows nothing where the mistake is not made', async () => {
    const replay = await replayWithProcesses(small.model(), violation.story);
    expect(replay).toMatchObject({ isComplete: true, problems: [] });
  });

  it.each(Object.keys(healthy))('ends where the model says: %s', async (name) => {
    const told = healthy[name] as Story;
    const replay = await replayWithProcesses(medium.model(), told);
    const inModel = replayStory(medium.model(), told);
    expect(inModel.isComplete).toBe(true);
    expect(replay).toMatchObject({ stoppedBy: null, isComplete: true, problems: [] });
    expect(replay.places.at(-1)).toEqual(inModel.places.at(-1));
  });

  it('counts no process that late news speaks of, though one of that number lives', async () => {
    const name = 'a start that fails, and one whose channel closes';
    const model = medium.model();
    const { environment } = model;
    const moves = environment.moves.map((move) =>
      move.tags?.includes('stale') === true && move.event !== undefined
        ? { ...move, event: (situation: never) => ({ ...move.event?.(situation), pid: process.pid }) }
        : move,
    );
    const spoken = { ...model, environment: { ...environment, moves } } as typeof model;
    const replay = await replayWithProcesses(spoken, healthy[name] as Story);
    expect(replay).toMatchObject({ isComplete: true, problems: [] });
  });

  it('says why it can’t go on where reality is quicker than the story', async () => {
    const told = story('enable', 'the module is found', 'disable');
    const { isComplete, stoppedBy } = await replayWithProcesses(medium.model(), told);
    expect(isComplete).toBe(false);
    expect(stoppedBy).toBe('slot.granted came before "disable" could');
  });
});
