import type { AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import type { ConnectionContext } from '../../../src/machines/connection-context.ts';
import { PureActor, type ActorState } from '../../../src/testing/model/pure-actor.ts';
import { samples, type Sample } from './samples.ts';

/** A situation, or all that differ in nothing that a guard or the state can tell. */
export interface Place {
  readonly key: string;
  /** The names of the samples, and of the timers, on the shortest way here. */
  readonly path: readonly string[];
  readonly state: ActorState;
  readonly ways: Way[];
}

/** What one event does in one place. */
export interface Way {
  readonly from: Place;
  readonly event: string;
  readonly to: Place;
  /** The transitions that are taken. */
  readonly taken: readonly AnyTransitionDefinition[];
}

/** Every place of a machine, the nearest first, found with the machine's own transitions. */
export function placesOf(
  machine: AnyStateMachine,
  input: unknown,
  events: readonly Sample[] = samples,
): readonly Place[] {
  const actor = new PureActor(machine, input);
  const places = new Map<string, Place>();
  const reach = (state: ActorState, path: readonly string[]): Place => {
    const key = keyOf(state);
    const known = places.get(key) ?? { key, path, state, ways: [] };
    places.set(key, known);
    return known;
  };
  reach(actor.begin(input), []);
  // A map yields what is added while it is walked through.
  for (const place of places.values()) {
    for (const { name, event, timer } of eventsIn(place.state, events)) {
      const taken = machine.getTransitionData(place.state.snapshot, event);
      const to = reach(actor.step(place.state, event, timer), [...place.path, name]);
      place.ways.push({ from: place, event: name, to, taken });
    }
  }
  return [...places.values()];
}

/** What tells one situation from another: the state, its timers, and what the guards that come into question there ask of the context. */
export function keyOf({
  snapshot,
  timers,
}: {
  snapshot: AnyMachineSnapshot;
  timers: readonly { readonly id: string }[];
}): string {
  const context = snapshot.context as ConnectionContext;
  const value = JSON.stringify(snapshot.value);
  const isIn = (...states: readonly string[]): boolean =>
    states.some((state) => value.includes(`"${state}"`));
  const when = (condition: boolean, fact: unknown): unknown => (condition ? fact : null);
  const { policy, since, due } = context;
  return JSON.stringify([
    value,
    timers.map(({ id }) => id).toSorted(),
    [context.incarnation > 0, context.starts > 0],
    when(!isIn('disabled', 'toDisable', 'toRemove', 'removed'), [
      context.attempt === 0,
      Math.min(context.crashes.length, policy.intensity.crashes + 1),
      context.probes > 0,
    ]),
    when(isIn('starting'), context.held),
    when(isIn('operational'), context.missed),
    when(isIn('starting', 'registered'), context.debugger === 'attached'),
    when(isIn('initialising'), [
      context.wantedConfig !== context.sentConfig,
      due !== null && due >= since + policy.deadlines.initAtMost,
    ]),
    when(isIn('ending'), context.pid === null),
    when(
      isIn('toRecover'),
      context.verdict && [context.verdict.cause, context.verdict.phase, context.verdict.forced],
    ),
  ]);
}

function eventsIn({ snapshot, timers }: ActorState, events: readonly Sample[]) {
  if (snapshot.status !== 'active') return [];
  const possible = events.filter(({ when }) => when?.(snapshot) ?? true);
  const own = possible.map(({ name, event }) => ({
    name,
    event: event(snapshot.context as ConnectionContext),
    timer: undefined,
  }));
  return [...own, ...timers.map((timer) => ({ name: timer.id, event: timer.event, timer }))];
}
