import type {
  AnyEventObject,
  AnyStateMachine,
  EventFromLogic,
  InputFrom,
  SnapshotFrom,
  StateValue,
} from 'xstate';
import type { ActorState } from '../model/pure-actor.ts';
import { journeysOverPairs, journeysOverTransitions } from './journeys.ts';
import { placesOf, type Place, type Way } from './places.ts';

/** One event of a path, and where the machine is after it. */
export interface PathStep {
  /** To be sent to an actor. Timers are events too: `xstate.after.` and so on. */
  readonly event: AnyEventObject;
  readonly value: StateValue;
}

export interface PathsOptions<M extends AnyStateMachine> {
  readonly input?: InputFrom<M>;
  /** What may happen in a situation besides its timers, which are found by themselves. */
  readonly events: (snapshot: SnapshotFrom<M>) => readonly EventFromLogic<M>[];
  /** What the paths take together: each event in each state with each outcome it has there, or each of these right after each that it can follow. Default `transitions`. */
  readonly cover?: 'transitions' | 'pairs';
  /** What tells one situation from another. Default: state, context and timers, which has no end where the context counts. */
  readonly keyOf?: (snapshot: SnapshotFrom<M>, timers: readonly string[]) => string;
  /** How many situations there may be. Default 10 000. */
  readonly most?: number;
}

/**
 * Paths from the beginning of a machine that together cover it. They are found by the machine's own transitions, without running its actions and children; sent to
 * a live actor, event by event, they show whether the actor does what the machine says, and what it does to what is around it.
 * @throws {GreenroomError} `OPTION_INVALID` when there is no end of situations.
 */
export function pathsOf<M extends AnyStateMachine>(machine: M, options: PathsOptions<M>): PathStep[][] {
  const { input, cover = 'transitions', most = 10_000, events, keyOf } = options;
  const places = placesOf(machine, {
    input,
    most,
    events: (snapshot) =>
      events(snapshot as SnapshotFrom<M>).map((event) => ({ name: JSON.stringify(event), event })),
    keyOf: ({ snapshot, timers }: ActorState) => {
      const names = timers.map(({ id }) => id).toSorted();
      if (keyOf) return JSON.stringify([snapshot.value, names, keyOf(snapshot as SnapshotFrom<M>, names)]);
      return JSON.stringify([snapshot.value, names, snapshot.context]);
    },
  });
  const found = cover === 'pairs' ? journeysOverPairs(places) : journeysOverTransitions(places, new Set());
  return found.map(({ from, ways }) => [...wayTo(from), ...ways].map(stepOf));
}

function wayTo(place: Place): Way[] {
  return place.by === undefined ? [] : [...wayTo(place.by.from), place.by];
}

function stepOf({ sent, to }: Way): PathStep {
  return { event: sent, value: to.state.snapshot.value };
}
