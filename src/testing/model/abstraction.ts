import type { AnyStateMachine } from 'xstate';
import type { Model } from './model.ts';
import type { ActorState } from './pure-actor.ts';
import type { Story, StoryStep } from './report.ts';
import { place, pureWalker, walk, type Walk } from './walk.ts';

export interface LivesOptions {
  /** How many lives; default 100. */
  readonly lives?: number;
  /** Steps of each; default 100. */
  readonly steps?: number;
  /** Random numbers from 0 up to 1; default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Looks for something a model's abstraction forgets although it matters: lives random lives at the same time with and without it, and returns the first story after which
 * the two differ in state, in timers or in what may happen next. Null if none did.
 */
export function findForgotten<M extends AnyStateMachine, World>(
  model: Model<M, World>,
  { lives = 100, steps = 100, random = Math.random }: LivesOptions = {},
): Story | null {
  for (let life = 0; life < lives; life += 1) {
    const story = liveTwice(model, steps, random);
    if (story !== null) return story;
  }
  return null;
}

function liveTwice(model: Model, steps: number, random: () => number): Story | null {
  const actors = model.actors ?? [''];
  const whole = walk(model);
  const forgetful = walk(
    model,
    actors.map(() => pureWalker(model, (state) => represented(model, state))),
  );
  const story: StoryStep[] = [];
  for (let step = 0; step < steps; step += 1) {
    const moves = whole.moves();
    const next = moves[Math.floor(random() * moves.length)];
    if (next === undefined) return null;
    story.push(next);
    whole.take(next);
    forgetful.take(next);
    if (shown(model, whole) !== shown(model, forgetful)) return story;
  }
  return null;
}

function represented(model: Model, state: ActorState): ActorState {
  const context: unknown = model.abstraction?.(state.snapshot) ?? state.snapshot.context;
  return { ...state, snapshot: Object.assign({}, state.snapshot, { context }) };
}

function shown(model: Model, life: Walk): string {
  const actors = life.situations.map(({ snapshot, timers, world }) => [
    place(snapshot),
    model.abstraction?.(snapshot) ?? snapshot.context,
    timers.toSorted(),
    world,
  ]);
  return JSON.stringify([actors, life.moves()]);
}
