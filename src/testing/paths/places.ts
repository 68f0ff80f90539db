import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import { GreenroomError } from '../../errors.ts';
import { PureActor, type ActorState, type PendingTimer } from '../model/pure-actor.ts';

/** A situation, or all that differ in nothing that matters. */
export interface Place {
  readonly key: string;
  /** The names of the events on the shortest way here. */
  readonly path: readonly string[];
  /** The last step of that way; undefined at the beginning. */
  readonly by: Way | undefined;
  readonly state: ActorState;
  readonly ways: Way[];
}

/** What one event does in one place. */
export interface Way {
  readonly from: Place;
  /** Its name. */
  readonly event: string;
  readonly sent: AnyEventObject;
  readonly to: Place;
  /** The transitions that are taken. */
  readonly taken: readonly AnyTransitionDefinition[];
}

export interface NamedEvent {
  readonly name: string;
  readonly event: AnyEventObject;
}

export interface PlacesOptions {
  readonly input?: unknown;
  /** What may happen in a situation besides its timers, which are found. */
  readonly events: (snapshot: AnyMachineSnapshot) => readonly NamedEvent[];
  /** What tells one situation from another. */
  readonly keyOf: (state: ActorState) => string;
  readonly most: number;
}

/** Every place of a machine, the nearest first, found with the machine's own transitions. */
export function placesOf(
  machine: AnyStateMachine,
  { input, events, keyOf, most }: PlacesOptions,
): readonly Place[] {
  const actor = new PureActor(machine, input);
  const places = new Map<string, Place>();
  const reach = (state: ActorState, from?: Place, name?: string): Place => {
    const key = keyOf(state);
    const known = places.get(key);
    if (known !== undefined) return known;
    if (places.size >= most) throw tooMany(most);
    const path = from === undefined ? [] : [...from.path, name ?? ''];
    const place = { key, path, by: undefined, state, ways: [] };
    places.set(key, place);
    return place;
  };
  reach(actor.begin(input));
  // A map yields what is added while it is walked through.
  for (const place of places.values()) {
    for (const { name, event, timer } of eventsIn(place.state, events)) {
      const taken = machine.getTransitionData(place.state.snapshot, event);
      const isNew = places.size;
      const to = reach(actor.step(place.state, event, timer), place, name);
      const way = { from: place, event: name, sent: event, to, taken };
      if (places.size > isNew) (to as { by: Way | undefined }).by = way;
      place.ways.push(way);
    }
  }
  return [...places.values()];
}

function eventsIn({ snapshot, timers }: ActorState, events: PlacesOptions['events']) {
  if (snapshot.status !== 'active') return [];
  const own = events(snapshot).map((each) => ({ ...each, timer: undefined as PendingTimer | undefined }));
  return [...own, ...timers.map((timer) => ({ name: timer.id, event: timer.event, timer }))];
}

function tooMany(most: number): GreenroomError {
  return new GreenroomError(
    'OPTION_INVALID',
    `pathsOf: the machine was in ${most} different situations, and there is no end of them. Give \`keyOf\`, which says what of a situation matters, or raise \`most\`.`,
  );
}
