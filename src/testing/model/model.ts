import type { AnyEventObject, AnyStateMachine, InputFrom, SnapshotFrom } from 'xstate';

/** What a machine did in one step to what is around it. Its timers are not among them: the checker keeps those itself. */
export type Effect =
  /** It invoked or spawned a child. The child doesn't run: the environment plays it. */
  | { readonly type: 'started'; readonly child: string; readonly input: unknown }
  | { readonly type: 'stopped'; readonly child: string }
  | { readonly type: 'told'; readonly child: string; readonly event: AnyEventObject }
  | { readonly type: 'emitted'; readonly event: AnyEventObject }
  /** An action of the app's own. */
  | { readonly type: 'did'; readonly action: string; readonly params: unknown };

/** One actor, its pending timers, and the part of the world that concerns it. */
export interface Situation<M extends AnyStateMachine = AnyStateMachine, World = unknown> {
  readonly snapshot: SnapshotFrom<M>;
  /** The types of the events of its pending timers. */
  readonly timers: readonly string[];
  readonly world: World;
}

/** Something that may happen at any time at which `when` holds. */
export interface Move<M extends AnyStateMachine = AnyStateMachine, World = unknown> {
  /** Names it in stories, for good: a story is replayed by these names. */
  readonly name: string;
  /** For invariants and goals to tell moves apart. */
  readonly tags?: readonly string[];
  /** `others`: the other actors, if there are several. */
  when(situation: Situation<M, World>, others: readonly Situation<M, World>[]): boolean;
  /** What the machine learns of it; without it only the world changes. One that no state answers is found. */
  event?(snapshot: SnapshotFrom<M>): AnyEventObject;
  /** How it changes the world, before the machine answers. Worlds are plain JSON and never changed in place. */
  world?(world: World): World;
  /** What a story says; the name unless given. */
  say?(snapshot: SnapshotFrom<M>): string;
}

/** What is around an actor, and all that can happen there. */
export interface Environment<M extends AnyStateMachine = AnyStateMachine, World = unknown> {
  readonly begin: World;
  /** What an effect of the machine does to the world. */
  obey(world: World, effect: Effect): World;
  /** Every pending timer may fire too: that is a move by itself, named as its event and tagged `timer`. */
  readonly moves: readonly Move<M, World>[];
}

/** One step of one actor. */
export interface Step<M extends AnyStateMachine = AnyStateMachine, World = unknown> {
  readonly move: string;
  readonly tags: readonly string[];
  readonly event: AnyEventObject | null;
  /** The world is the one the move has changed already. */
  readonly before: Situation<M, World>;
  /** The context is as the machine left it, before any abstraction. */
  readonly after: Situation<M, World>;
  readonly effects: readonly Effect[];
}

/** What must hold everywhere. Each function returns what is wrong, or nothing. */
export interface Invariant<M extends AnyStateMachine = AnyStateMachine, World = unknown> {
  /** A sentence that is true as long as it holds. */
  readonly name: string;
  inSituation?(situation: Situation<M, World>): string | undefined;
  inStep?(step: Step<M, World>): string | undefined;
  /** For several actors. */
  together?(situations: readonly Situation<M, World>[]): string | undefined;
}

/** What must stay possible: from wherever `from` holds, some of the moves allowed by `by` lead to where `reached` holds. */
export interface Goal<M extends AnyStateMachine = AnyStateMachine, World = unknown> {
  /** A sentence that is true as long as it holds. */
  readonly name: string;
  from(situations: readonly Situation<M, World>[]): boolean;
  reached(situations: readonly Situation<M, World>[]): boolean;
  by(move: { readonly actor: number; readonly name: string; readonly tags: readonly string[] }): boolean;
}

/** A machine, what is around it, and what must hold. */
export interface Model<M extends AnyStateMachine = AnyStateMachine, World = unknown> {
  readonly machine: M;
  readonly input?: InputFrom<M>;
  /** Names of several actors of this machine that share the world; default one without a name. */
  readonly actors?: readonly string[];
  readonly environment: Environment<NoInfer<M>, World>;
  /**
   * Returns instead of a context the representative of all those from which the machine does the same, so that the space closes: counters that only
   * matter up to a bound, times that only matter relative to each other. Default: none. `walk` shows whether it forgets too much.
   */
  abstraction?(snapshot: SnapshotFrom<M>): SnapshotFrom<M>['context'];
  readonly invariants?: readonly Invariant<NoInfer<M>, NoInfer<World>>[];
  readonly goals?: readonly Goal<NoInfer<M>, NoInfer<World>>[];
}

export interface Limits {
  /** Configurations after which the checker gives up; default 2 000 000. */
  readonly configurations?: number;
  /** Violations after which it is content; default: all there are. */
  readonly violations?: number;
}
