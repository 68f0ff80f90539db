import { describe, expect, it } from 'vitest';
import { findForgotten, levels, replayStory, type Story } from '../../src/testing/index.ts';
import { walk } from '../../src/testing/model/walk.ts';
import { dice } from './dice.ts';

const medium = levels.find(({ name }) => name === 'medium')!;
const large = levels.find(({ name }) => name === 'large')!;

describe('the model of the connection', () => {
  it.each([medium, large])('forgets nothing that matters ($name)', (level) => {
    expect(findForgotten(level.model(), { lives: 30, steps: 150, random: dice(7) })).toBeNull();
  });

  it.each([medium, large])('takes the same steps as live actors ($name)', (level) => {
    const random = dice(11);
    for (let life = 0; life < 20; life += 1) {
      const { story, places } = randomLife(level.model(), 60, random);
      const replay = replayStory(level.model(), story);
      expect(replay).toMatchObject({ isComplete: true, problems: [] });
      expect(replay.places).toEqual(places);
    }
  });
});

function randomLife(model: ReturnType<typeof medium.model>, steps: number, random: () => number) {
  const life = walk(model as never);
  const story: Story[number][] = [];
  const places: string[][] = [];
  for (let step = 0; step < steps; step += 1) {
    const moves = life.moves();
    const next = moves[Math.floor(random() * moves.length)];
    if (next === undefined) break;
    story.push(next);
    expect(life.take(next)?.problems).toEqual([]);
    places.push(
      life.situations.map(({ snapshot: { value, status } }) =>
        status === 'active' ? JSON.stringify(value) : `${JSON.stringify(value)}, ${status}`,
      ),
    );
  }
  return { story, places };
}
