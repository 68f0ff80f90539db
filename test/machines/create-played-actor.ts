import {
  createActor,
  fromCallback,
  type Actor,
  type ActorOptions,
  type AnyActorLogic,
  type AnyStateMachine,
} from 'xstate';

type Played = Readonly<Record<string, AnyActorLogic>>;

const machines = new WeakMap<AnyStateMachine, AnyStateMachine>();
const playedIn = new WeakMap<object, Played>();

/**
 * An actor of the machine whose invoked actors are these. All actors of a machine share one machine with places for them, and each finds its own by its system:
 * a machine of its own would take each 5 ms to make. `actors` names the same ones each time, and none of them is invoked before the actor is started.
 */
export function createPlayedActor<M extends AnyStateMachine>(
  machine: M,
  actors: Played,
  options: ActorOptions<M>,
): Actor<M> {
  let shared = machines.get(machine);
  if (shared === undefined) {
    const places = Object.keys(actors).map((name) => [name, placeFor(name)] as const);
    machines.set(machine, (shared = machine.provide({ actors: Object.fromEntries(places) })));
  }
  const actor = createActor(shared as M, options);
  playedIn.set(actor.system, actors);
  return actor;
}

function placeFor(name: string): AnyActorLogic {
  const start: AnyActorLogic['start'] = (state, scope) =>
    playedIn.get(scope.system)?.[name]?.start?.(state, scope);
  return { ...fromCallback(() => {}), start };
}
