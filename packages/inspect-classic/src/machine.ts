import type { SeenActor, SeenEvent, SeenSnapshot } from 'greenroom/inspect';
import { createMachine, State, type AnyStateMachine, type StateValue } from 'xstate';
import { toClassic } from './config.ts';

const machines = new WeakMap<object, AnyStateMachine>();

/** The machine of XState 4 with the statechart of an actor; one for all actors that share it. */
export function machineOf({ chart }: SeenActor): AnyStateMachine {
  const config = chart ?? {};
  const known = machines.get(config);
  if (known !== undefined) return known;
  const machine: AnyStateMachine = createMachine(toClassic(config));
  machines.set(config, machine);
  return machine;
}

/** A snapshot as the state of XState 4 it would be, ready for JSON. */
export function stateOf(actor: SeenActor, snapshot: SeenSnapshot, event: SeenEvent): object {
  const value = snapshot['value'] as StateValue;
  const resolved = machineOf(actor).resolveState(State.from(value, snapshot['context']));
  // The machine would be told again with every state, and the nodes are its parts.
  const { machine: _machine, configuration: _configuration, tags, ...rest } = resolved;
  const done = snapshot.status === 'done';
  return { ...rest, event, _event: scxml(event), _sessionid: actor.sessionId, tags: [...tags], done };
}

/** An event as XState 4 wraps it. */
export function scxml(event: SeenEvent): object {
  return { name: event.type, data: event, $$type: 'scxml', type: 'external' };
}
