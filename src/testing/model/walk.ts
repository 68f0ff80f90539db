import type { AnyEventObject, AnyMachineSnapshot } from 'xstate';
import type { Effect, Model, Situation, Step } from './model.ts';
import { isPossible, Moves, sentence, type AnyMove } from './moves.ts';
import { PureActor, type ActorState, type PendingTimer, type Problem } from './pure-actor.ts';
import type { StoryStep } from './report.ts';

/** Steps one actor, be it a pure function or a live one. */
export interface Walker {
  readonly state: ActorState;
  /** What its initial step did. */
  readonly begun: readonly Effect[];
  take(
    event: AnyEventObject,
    timer: PendingTimer | undefined,
  ): {
    readonly effects: readonly Effect[];
    readonly problems: readonly Problem[];
  };
}

/** What came of one step. */
export interface Walked {
  readonly words: string;
  readonly problems: readonly Problem[];
}

/** One life of a model, step by step and without its abstraction. */
export interface Walk {
  /** The present situation of each actor. */
  readonly situations: readonly Situation[];
  /** Everything that can happen now. */
  moves(): readonly StoryStep[];
  /** Lets something happen. Returns null if it can't happen now. */
  take(step: StoryStep): Walked | null;
}

/** Begins a life of a model; `walkers` are its actors, pure ones unless given. */
export function walk(model: Model, walkers: readonly Walker[] = pureWalkers(model)): Walk {
  const moves = new Moves(model);
  const { environment } = model;
  const obey = (world: unknown, effect: Effect): unknown => environment.obey(world, effect);
  const worlds = walkers.map(({ begun }) => begun.reduce(obey, environment.begin));
  const situation = (actor: number): Situation => {
    const { snapshot, timers } = (walkers[actor] as Walker).state;
    return { snapshot, timers: timers.map(({ id }) => id), world: worlds[actor] };
  };
  const all = (): Situation[] => walkers.map((_, actor) => situation(actor));
  const others = (actor: number): Situation[] => all().filter((_, index) => index !== actor);

  const possible = (actor: number): StoryStep[] => {
    const { timers, snapshot } = situation(actor);
    for (const id of timers) moves.timer(id);
    const found = Array.from({ length: moves.own }, (_, number) => moves.at(number))
      .filter((move) => isPossible(move, situation(actor), others(actor)))
      .map(({ name }) => name);
    return [...found, ...(snapshot.status === 'active' ? timers : [])].map((move) => ({ actor, move }));
  };

  return {
    get situations() {
      return all();
    },
    moves: () => walkers.flatMap((_, actor) => possible(actor)),
    take({ actor, move: name }) {
      const move = moves.at(moves.named(name));
      const before = situation(actor);
      const walker = walkers[actor];
      if (walker === undefined || !isPossible(move, before, others(actor))) return null;
      const words = sentence(move, before.snapshot, model.actors?.[actor]);
      const moved = { ...before, world: move.world?.(before.world) ?? before.world };
      const { event, effects, problems } = send(walker, move);
      worlds[actor] = effects.reduce(obey, moved.world);
      const { tags } = move;
      const step = { move: name, tags, event, before: moved, after: situation(actor), effects };
      return { words, problems: [...problems, ...judge(model, step, event === null, all())] };
    },
  };
}

function send(walker: Walker, move: AnyMove) {
  const { snapshot, timers } = walker.state;
  const timer = timers.find(({ id }) => id === move.timer);
  const event = timer?.event ?? move.event?.(snapshot) ?? null;
  if (event === null) return { event, effects: [], problems: [] };
  return { event, ...walker.take(event, timer) };
}

function judge(model: Model, step: Step, isSilent: boolean, situations: readonly Situation[]): Problem[] {
  return (model.invariants ?? []).flatMap((invariant) => {
    const details = [
      isSilent ? undefined : invariant.inStep?.(step),
      invariant.inSituation?.(step.after),
      situations.length > 1 ? invariant.together?.(situations) : undefined,
    ];
    return details.flatMap((detail) => (detail === undefined ? [] : [{ invariant: invariant.name, detail }]));
  });
}

function pureWalkers(model: Model): Walker[] {
  return (model.actors ?? ['']).map(() => pureWalker(model));
}

/** An actor as a pure function. `settle` is what becomes of each state it reaches; by default nothing. */
export function pureWalker(
  { machine, input }: Model,
  settle: (state: ActorState) => ActorState = (state) => state,
): Walker {
  const actor = new PureActor(machine, input);
  const first = actor.begin(input);
  let state = settle(first);
  return {
    begun: first.effects,
    get state() {
      return state;
    },
    take(event, timer) {
      const step = actor.step(state, event, timer);
      state = settle(step);
      return step;
    },
  };
}

/** What a snapshot shows, in one line. */
export function place(snapshot: AnyMachineSnapshot): string {
  return snapshot.status === 'active'
    ? JSON.stringify(snapshot.value)
    : `${JSON.stringify(snapshot.value)}, ${snapshot.status}`;
}
