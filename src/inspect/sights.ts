import type { AnyActorRef, InspectionEvent } from 'xstate';
import { chartOf } from './chart.ts';
import type { SeenActor, SeenEvent, SeenSnapshot, Sight } from './feed.ts';
import { shown } from './shown.ts';

type Redact = (text: string) => string;

/** What there is to see of an actor and of those it has invoked, as they are now: itself first. */
export function sightsOf(actor: AnyActorRef, redact: Redact): Sight[] {
  const snapshot: unknown = actor.getSnapshot();
  const own = {
    type: 'actor',
    at: Date.now(),
    actor: seenActor(actor, redact),
    snapshot: seenSnapshot(snapshot, redact),
  } as const;
  return [own, ...childrenOf(snapshot).flatMap((child) => sightsOf(child, redact))];
}

/** What an inspection event shows; null if it is one of those no viewer shows. */
export function sightIn(inspected: InspectionEvent, redact: Redact): Sight | null {
  const { type } = inspected;
  if (type !== '@xstate.actor' && type !== '@xstate.event' && type !== '@xstate.snapshot') return null;
  const about = { at: Date.now(), actor: seenActor(inspected.actorRef as AnyActorRef, redact) };
  // It is told of while it is being made: its snapshot can't be read yet.
  if (type === '@xstate.actor') return { ...about, type: 'actor', snapshot: { status: 'active' } };
  const event = shown(inspected.event, redact) as SeenEvent;
  if (type === '@xstate.event')
    return { ...about, type: 'event', event, sourceId: inspected.sourceRef?.sessionId ?? null };
  return { ...about, type: 'snapshot', event, snapshot: seenSnapshot(inspected.snapshot, redact) };
}

function seenActor(actor: AnyActorRef, redact: Redact): SeenActor {
  const { sessionId, id, _parent: parent } = actor;
  return {
    sessionId,
    rootId: rootOf(actor).sessionId,
    parentId: parent?.sessionId ?? null,
    name: redact(id),
    chart: chartOf(actor),
  };
}

function rootOf(actor: AnyActorRef): AnyActorRef {
  return actor._parent === undefined ? actor : rootOf(actor._parent);
}

function seenSnapshot(snapshot: unknown, redact: Redact): SeenSnapshot {
  return shown(snapshot, redact) as SeenSnapshot;
}

function childrenOf(snapshot: unknown): AnyActorRef[] {
  const { children = {} } = (snapshot ?? {}) as {
    readonly children?: Readonly<Record<string, AnyActorRef | undefined>>;
  };
  return Object.values(children).filter((child) => child !== undefined);
}
