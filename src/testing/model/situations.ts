import type { AnyEventObject } from 'xstate';
import { Interned, remembered } from './intern.ts';
import type { Effect, Invariant, Model, Situation, Step } from './model.ts';
import { Moves, type AnyMove } from './moves.ts';
import { PureActor, type Problem, type PureStep } from './pure-actor.ts';
import { Representatives } from './representatives.ts';

/** Where a move leads. */
export interface Taken {
  readonly to: number;
  readonly problems: readonly Problem[];
}

interface Known {
  readonly actor: number;
  readonly world: number;
  readonly situation: Situation;
  readonly timerMoves: readonly number[];
  readonly problems: readonly Problem[];
}

interface ActorStep extends PureStep {
  readonly event: AnyEventObject | null;
  readonly to: number;
}

const movesAtMost = 1024;
const worldsAtMost = 2 ** 24;
const none: readonly Problem[] = [];

/** All situations one actor of a model can be in, by number. The machine is run once for each of its states and each event. */
export class Situations {
  readonly moves: Moves;
  readonly #model: Model;
  readonly #actor: PureActor;
  readonly #representatives: Representatives;
  readonly #worlds = new Interned<string, unknown>();
  readonly #known = new Interned<number, Known>();
  readonly #actorStep;
  readonly #movedWorld;

  constructor(model: Model) {
    this.#model = model;
    this.moves = new Moves(model);
    this.#actor = new PureActor(model.machine, model.input);
    this.#representatives = new Representatives(model, (timer) => this.moves.timer(timer));
    this.#actorStep = remembered(150_000, (key) => this.#runActor(key));
    this.#movedWorld = remembered(1_000_000, (key) => this.#moveWorld(key));
  }

  get size(): number {
    return this.#known.size;
  }

  at(number: number): Situation {
    return this.#known.at(number).situation;
  }

  /** The numbers of the moves that are this situation's timers firing. */
  timerMoves(number: number): readonly number[] {
    return this.#known.at(number).timerMoves;
  }

  begin(): Taken {
    const first = this.#actor.begin(this.#model.input);
    const world = this.#worldNumber(this.#model.environment.begin);
    const to = this.#situation(this.#representatives.add(first), this.#obeyed(world, first.effects));
    return { to, problems: [...first.problems, ...this.#known.at(to).problems] };
  }

  /** Takes a move that is possible here. */
  take(number: number, moveNumber: number): Taken {
    const move = this.moves.at(moveNumber);
    const { actor, world } = this.#known.at(number);
    const moved = move.world === undefined ? world : this.#movedWorld(world * movesAtMost + moveNumber);
    if (move.event === undefined && move.timer === null) {
      const to = this.#situation(actor, moved);
      return { to, problems: this.#known.at(to).problems };
    }
    const step = this.#actorStep(actor * movesAtMost + moveNumber);
    const obeyed = this.#obeyed(moved, step.effects);
    const to = this.#situation(step.to, obeyed);
    return { to, problems: this.#judge(this.#step(move, actor, moved, step, obeyed), step, to) };
  }

  #step(move: AnyMove, actor: number, moved: number, step: ActorStep, obeyed: number): Step {
    const { snapshot, timerIds } = this.#representatives.at(actor);
    return {
      move: move.name,
      tags: move.tags,
      event: step.event,
      before: { snapshot, timers: timerIds, world: this.#worlds.at(moved) },
      after: {
        snapshot: step.snapshot,
        timers: this.#representatives.at(step.to).timerIds,
        world: this.#worlds.at(obeyed),
      },
      effects: step.effects,
    };
  }

  #judge(step: Step, pure: PureStep, to: number): readonly Problem[] {
    const general = pure.problems.length === 0 ? this.#known.at(to).problems : pure.problems;
    const own = this.#problemsBy((invariant) => invariant.inStep?.(step));
    return own.length === 0 ? general : [...general, ...own];
  }

  #runActor(key: number): ActorStep {
    const actor = Math.floor(key / movesAtMost);
    const { snapshot, timers } = this.#representatives.at(actor);
    const move = this.moves.at(key % movesAtMost);
    const timer = timers.find(({ id }) => id === move.timer);
    const event = timer?.event ?? move.event?.(snapshot) ?? { type: move.name };
    const step = this.#actor.step({ snapshot, timers }, event, timer);
    return { ...step, event, to: this.#representatives.add(step, actor) };
  }

  #situation(actor: number, world: number): number {
    return this.#known.add(actor * worldsAtMost + world, () => {
      const { snapshot, timerIds, timerMoves } = this.#representatives.at(actor);
      const situation = { snapshot, timers: timerIds, world: this.#worlds.at(world) };
      return {
        actor,
        world,
        situation,
        timerMoves,
        problems: this.#problemsBy((invariant) => invariant.inSituation?.(situation)),
      };
    });
  }

  #problemsBy(judge: (invariant: Invariant) => string | undefined): readonly Problem[] {
    let problems: Problem[] | undefined;
    for (const invariant of this.#model.invariants ?? []) {
      const detail = judge(invariant);
      if (detail !== undefined) (problems ??= []).push({ invariant: invariant.name, detail });
    }
    return problems ?? none;
  }

  #moveWorld(key: number): number {
    const world = this.#worlds.at(Math.floor(key / movesAtMost));
    return this.#worldNumber(this.moves.at(key % movesAtMost).world?.(world) ?? world);
  }

  #obeyed(number: number, effects: readonly Effect[]): number {
    const { environment } = this.#model;
    const world = this.#worlds.at(number);
    let obeyed = world;
    for (const effect of effects) obeyed = environment.obey(obeyed, effect);
    return obeyed === world ? number : this.#worldNumber(obeyed);
  }

  #worldNumber(world: unknown): number {
    return this.#worlds.add(JSON.stringify(world), () => world);
  }
}
