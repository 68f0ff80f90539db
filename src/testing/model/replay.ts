import type { AnyStateMachine } from 'xstate';
import { liveWalker } from './live-walker.ts';
import type { Model } from './model.ts';
import type { Problem } from './pure-actor.ts';
import type { Story } from './report.ts';
import { place, walk } from './walk.ts';

export interface Replay {
  /** The steps that could be taken, in words. */
  readonly words: readonly string[];
  /** Where each of them led, one place for each actor. */
  readonly places: readonly (readonly string[])[];
  /** What didn't hold, and in which step; empty if all did. */
  readonly problems: readonly (Problem & { readonly step: number })[];
  /** Whether every step was possible. */
  readonly isComplete: boolean;
}

/**
 * Lets a story happen once more, to live actors on a virtual clock whose children are played, and watches the model's invariants. Use it to keep a story that once went
 * wrong as a test.
 *
 * @example
 * expect(replayStory(model, [{ actor: 0, move: 'enable' }, { actor: 0, move: 'disable' }]).problems).toEqual([]);
 */
export function replayStory<M extends AnyStateMachine, World>(model: Model<M, World>, story: Story): Replay {
  const any = model as unknown as Model;
  const actors = (model.actors ?? ['']).map(() => liveWalker(any));
  const life = walk(any, actors);
  const words: string[] = [];
  const places: string[][] = [];
  const problems: (Problem & { readonly step: number })[] = [];
  try {
    for (const [step, each] of story.entries()) {
      const taken = life.take(each);
      if (taken === null) break;
      words.push(taken.words);
      places.push(life.situations.map(({ snapshot }) => place(snapshot)));
      problems.push(...taken.problems.map((problem) => ({ ...problem, step })));
    }
  } finally {
    for (const actor of actors) actor.stop();
  }
  return { words, places, problems, isComplete: words.length === story.length };
}
