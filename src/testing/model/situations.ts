import type { AnyEventObject, AnyMachineSnapshot } from 'xstate';
import { Interned, remembered } from './intern.ts';
import type { Effect, Model, Situation, Step } from './model.ts';
import { Moves, type AnyMove } from './moves.ts';
import { PureActor, type PendingTimer, type Problem, type PureStep } from './pure-actor.ts';

/** Where a move leads. */
export interface Taken {
  readonly to: number;
  readonly problems: readonly Problem[];
}

/** What is kept of an actor: the representative of all states that differ in nothing but what the abstraction forgets. */
interface Representative {
  readonly snapshot: AnyMachineSnapshot;
  readonly timers: readonly PendingTimer[];
  readonly timerIds: readonly string[];
  readonly timerMoves: readonly number[];
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
  readonly effectList: number;
}

const movesAtMost = 1024;
const worldsAtMost = 2 ** 24;
const none: readonly Problem[] = [];

/** All situations one actor of a model can be in, by number. The machine is run once for each of its states and each event. */
export class Situations {
  readonly moves: Moves;
  readonly #model: Model;
  readonly #actor: PureActor;
  readonly #representatives = new Interned<string, Representative>();
  readonly #worlds = new Interned<string, unknown>();
  readonly #effectLists = new Interned<string, readonly Effect[]>();
  readonly #known = new Interned<number, Known>();
  readonly #actorStep;
  readonly #movedWorld;
  readonly #obeyingWorld;

  constructor(model: Model) {
    this.#model = model;
    this.moves = new Moves(model);
    this.#actor = new PureActor(model.machine, model.input);
    this.#actorStep = remembered(150_000, (key) => this.#runActor(key));
    this.#movedWorld = remembered(1_000_000, (key) => this.#moveWorld(key));
    this.#obeyingWorld = remembered(1_000_000, (key) => this.#obey(key));
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
    const step = this.#finished(first, null);
    const to = this.#situation(step.to, this.#obeyingWorld(world + step.effectList * worldsAtMost));
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
    const obeyed = this.#obeyingWorld(moved + step.effectList * worldsAtMost);
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
    let problems = pure.problems.length === 0 ? this.#known.at(to).problems : pure.problems;
    for (const { name, inStep } of this.#model.invariants ?? []) {
      const detail = inStep?.(step);
      if (detail !== undefined) problems = [...problems, { invariant: name, detail }];
    }
    return problems;
  }

  #runActor(key: number): ActorStep {
    const { snapshot, timers } = this.#representatives.at(Math.floor(key / movesAtMost));
    const move = this.moves.at(key % movesAtMost);
    const timer = timers.find(({ id }) => id === move.timer);
    const event = timer?.event ?? move.event?.(snapshot) ?? { type: move.name };
    return this.#finished(this.#actor.step({ snapshot, timers }, event, timer), event);
  }

  #finished(step: PureStep, event: AnyEventObject | null): ActorStep {
    const { effects } = step;
    const effectList = this.#effectLists.add(JSON.stringify(effects), () => effects);
    return { ...step, event, effectList, to: this.#representative(step) };
  }

  #representative({ snapshot: raw, timers: pending }: PureStep): number {
    const context: unknown = this.#model.abstraction?.(raw.context) ?? raw.context;
    const timers = pending.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const timerIds = timers.map(({ id }) => id);
    const children = Object.keys(raw.children).toSorted();
    const key = [raw.value, raw.status, context, timerIds, children, historyOf(raw)];
    return this.#representatives.add(JSON.stringify(key), () => ({
      snapshot: Object.assign({}, raw, { context }),
      timers,
      timerIds,
      timerMoves: timerIds.map((id) => this.moves.timer(id)),
    }));
  }

  #situation(actor: number, world: number): number {
    return this.#known.add(actor * worldsAtMost + world, () => {
      const { snapshot, timerIds, timerMoves } = this.#representatives.at(actor);
      const situation = { snapshot, timers: timerIds, world: this.#worlds.at(world) };
      return { actor, world, situation, timerMoves, problems: this.#problemsIn(situation) };
    });
  }

  #problemsIn(situation: Situation): readonly Problem[] {
    let problems = none;
    for (const { name, inSituation } of this.#model.invariants ?? []) {
      const detail = inSituation?.(situation);
      if (detail !== undefined) problems = [...problems, { invariant: name, detail }];
    }
    return problems;
  }

  #moveWorld(key: number): number {
    const world = this.#worlds.at(Math.floor(key / movesAtMost));
    return this.#worldNumber(this.moves.at(key % movesAtMost).world?.(world) ?? world);
  }

  #obey(key: number): number {
    const { environment } = this.#model;
    const effects = this.#effectLists.at(Math.floor(key / worldsAtMost));
    const world = this.#worlds.at(key % worldsAtMost);
    return this.#worldNumber(effects.reduce((before, effect) => environment.obey(before, effect), world));
  }

  #worldNumber(world: unknown): number {
    return this.#worlds.add(JSON.stringify(world), () => world);
  }
}

function historyOf({ historyValue }: AnyMachineSnapshot): object {
  const entries = Object.entries(historyValue as Record<string, readonly { readonly id: string }[]>);
  return entries.map(([id, nodes]) => [id, nodes.map((node) => node.id)]);
}
