import type { Feed, SeenActor, SeenEvent, SeenSnapshot, Sight } from 'greenroom/inspect';
import { machineOf, scxml, stateOf } from './machine.ts';

/** The event of a state that nobody was sent to. */
const start: SeenEvent = { type: 'xstate.init' };

/**
 * Feeds the classic inspector, which draws machines of XState 4, and whatever else reads with the receivers of `@xstate/inspect` 0.8. It shows
 * connections: that inspector knows no actors without a statechart. `viewer` is the page that draws; default: Stately's own.
 */
export function classicFeed({ viewer = 'https://stately.ai/viz?inspect' }: { viewer?: string } = {}): Feed {
  return { name: 'classic', viewer, greeting: 'xstate.inspecting', frames };
}

function frames(sight: Sight): string[] {
  return sight.actor.chart === null ? [] : framesOf(sight).map((frame) => JSON.stringify(frame));
}

function framesOf(sight: Sight): object[] {
  const { actor } = sight;
  if (sight.type === 'snapshot') return states(actor, sight.snapshot, sight.event);
  if (sight.type === 'actor')
    return sight.snapshot['value'] === undefined ? [] : [registration(actor, sight.snapshot)];
  const { event } = sight;
  const { sessionId } = actor;
  return event.type === start.type
    ? []
    : [{ type: 'service.event', event: JSON.stringify(scxml(event)), sessionId }];
}

function states(actor: SeenActor, snapshot: SeenSnapshot, event: SeenEvent): object[] {
  const { sessionId } = actor;
  // Whoever is seen being made had no state to register with before this one.
  const first = event.type === start.type ? [registration(actor, snapshot)] : [];
  const last = snapshot.status === 'active' ? [] : [{ type: 'service.stop', sessionId }];
  const state = JSON.stringify(stateOf(actor, snapshot, event));
  return [...first, { type: 'service.state', state, sessionId }, ...last];
}

function registration(actor: SeenActor, snapshot: SeenSnapshot): object {
  const { sessionId, name } = actor;
  const machine = JSON.stringify(machineOf(actor).definition);
  const state = JSON.stringify(stateOf(actor, snapshot, start));
  return { type: 'service.register', machine, state, sessionId, id: name };
}
