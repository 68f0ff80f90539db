import type { ConnectionEventType } from './connection-events.ts';
import type { connectionSetup } from './connection-setup.ts';

type StateConfig = Parameters<typeof connectionSetup.createStateConfig>[0];
type AllHandlers = NonNullable<StateConfig['on']>;
type Candidate<E extends ConnectionEventType> = Extract<
  Exclude<NonNullable<AllHandlers[E]>, string | readonly unknown[]>,
  object
>;

/** A transition that says what it does: a target, actions, or why nothing changes. `{}` isn't an outcome. */
type Written<T> = T &
  (
    | { readonly target: string | readonly string[] }
    | { readonly actions: unknown }
    | { readonly meta: { readonly acknowledged: string } }
  );

/** What the connection answers as a whole, the same in every state. */
type Everywhere = 'spare.changed';

/** The outcome of one event: one candidate, or several of which the first whose guard holds is taken. Never empty. */
export type Outcome<E extends ConnectionEventType> =
  | Written<Candidate<E>>
  | readonly [Written<Candidate<E>>, ...Written<Candidate<E>>[]];

/** An outcome for each of these events. */
export type Outcomes<E extends ConnectionEventType = ConnectionEventType> = { readonly [K in E]: Outcome<K> };

/** The handlers of a state that answers everything but what is answered elsewhere. */
export type Complete<On, Elsewhere extends ConnectionEventType> = Outcomes<
  Exclude<ConnectionEventType, Elsewhere | Everywhere>
> & {
  // A wildcard, a misspelt name, or an event that an ancestor answers already.
  readonly [K in Exclude<keyof On, Exclude<ConnectionEventType, Elsewhere | Everywhere>>]: never;
};

/**
 * A state of the connection in which every event has a written outcome: a handler that is missing, misspelt, empty or a wildcard doesn't
 * compile. `Elsewhere` names the events that an ancestor or a parallel region answers for this state.
 *
 * @example
 * const disabled = total()({ on: { enable: { target: 'preparing' }, … } });
 */
export function total<Elsewhere extends ConnectionEventType = never>() {
  return <const Config extends StateConfig & { readonly on: Complete<Config['on'], Elsewhere> }>(
    config: Config,
  ): Config => config;
}
