import {
  createActor,
  fromCallback,
  type AnyActorRef,
  type AnyEventObject,
  type AnyStateMachine,
  type EventObject,
} from 'xstate';
import type { Effect, Model } from './model.ts';
import { NamedTimers, pendingTimers } from './named-timers.ts';
import { failure, unanswered, type Problem } from './pure-actor.ts';
import type { Walker } from './walk.ts';

/** A walker that can be stopped. */
export interface LiveWalker extends Walker {
  stop(): void;
}

/**
 * A live actor on a clock of its own. Its children and its own actions are stand-ins that only note what they are told, so they must be named in the
 * machine's `setup`.
 */
export function liveWalker({ machine, input }: Model): LiveWalker {
  let effects: Effect[] = [];
  let problems: Problem[] = [];
  const note = (effect: Effect): unknown => effects.push(effect);
  const clock = new NamedTimers((): AnyActorRef[] => [actor]);
  const actor = createActor(withStandIns(machine, note), { input, clock });
  actor.subscribe({ error: (error) => problems.push(failure(error)) });
  actor.on('*', (event: AnyEventObject) => note({ type: 'emitted', event }));
  actor.start();
  const begun = effects;
  return {
    begun,
    get state() {
      return { snapshot: actor.getSnapshot(), timers: pendingTimers(actor) };
    },
    take(event, timer) {
      effects = [];
      problems = timer === undefined ? unanswered(machine, actor.getSnapshot(), event) : [];
      if (timer !== undefined) clock.fireNamed(actor, timer.id);
      else actor.send(event);
      return { effects, problems };
    },
    stop: () => void actor.stop(),
  };
}

type Note = (effect: Effect) => void;

function withStandIns(machine: AnyStateMachine, note: Note): AnyStateMachine {
  const { actors, actions } = machine.implementations;
  const ownActions = Object.entries(actions).filter(([, action]) => isOwn(action));
  return machine.provide({
    actors: Object.fromEntries(Object.keys(actors).map((name) => [name, standIn(note)])),
    actions: Object.fromEntries(
      ownActions.map(([action]) => [
        action,
        (_: unknown, params: unknown) => note({ type: 'did', action, params }),
      ]),
    ),
  });
}

// XState's own actions, such as assign, are functions with a method.
function isOwn(action: unknown): boolean {
  return typeof action === 'function' && !('resolve' in action);
}

function standIn(note: Note) {
  return fromCallback<EventObject, unknown>(({ input, self, receive }) => {
    note({ type: 'started', child: self.id, input });
    receive((event) => note({ type: 'told', child: self.id, event }));
    return () => note({ type: 'stopped', child: self.id });
  });
}
