import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import type { ConnectionContext } from '../../../src/machines/connection-context.ts';
import { placesOf as placesByKey, type Place, type Way } from '../../../src/testing/paths/places.ts';
import { samples, type Sample } from './samples.ts';

export type { Place, Way };

/** Every place of a machine, the nearest first, found with the machine's own transitions. */
export function placesOf(
  machine: AnyStateMachine,
  input: unknown,
  events: readonly Sample[] = samples,
): readonly Place[] {
  return placesByKey(machine, { input, keyOf, most: 1e6, events: (snapshot) => eventsIn(snapshot, events) });
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
    when(!isIn('disabled', 'removed'), [
      context.failures.attempt === 0,
      Math.min(context.failures.crashes.length, policy.intensity.crashes + 1),
      context.failures.probes > 0,
    ]),
    context.spare === null,
    when(isIn('starting', 'takingOver'), context.held),
    when(isIn('operational'), context.missed),
    when(isIn('starting', 'takingOver', 'registered'), context.debugger === 'attached'),
    when(isIn('initialising'), [
      context.wantedConfig !== context.sentConfig,
      due !== null && due >= since + policy.deadlines.initAtMost,
    ]),
    when(isIn('starting', 'takingOver', 'initialising', 'toRecover'), context.failures.untold > 0),
    when(isIn('ending', 'takingOver'), context.pid === null),
    when(
      isIn('toRecover'),
      context.verdict && [context.verdict.cause, context.verdict.phase, context.verdict.forced],
    ),
  ]);
}

function eventsIn(snapshot: AnyMachineSnapshot, events: readonly Sample[]) {
  const possible = events.filter(({ when }) => when?.(snapshot) ?? true);
  return possible.map(({ name, event }) => ({ name, event: event(snapshot.context as ConnectionContext) }));
}
