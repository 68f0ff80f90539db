import type { ActorRefFrom } from 'xstate';
import type { connectionMachine } from '../machines/connection.ts';
import type { ConnectionEvent } from '../machines/connection-events.ts';
import type { ExitRecord } from '../machines/exits.ts';
import { statusOf, type ConnectionSnapshot, type ConnectionStatus } from '../machines/status.ts';
import type { ConnectionSurroundings } from './connection-surroundings.ts';

const historyLength = 10;

type Actor = ActorRefFrom<typeof connectionMachine>;

/** Passes on what an actor says to those who listen to its manager. */
export function relay(
  actor: Actor,
  surroundings: ConnectionSurroundings,
  onSnapshot: (snapshot: ConnectionSnapshot) => void,
  onStatus: (status: ConnectionStatus) => void,
) {
  const onBroken = (error: unknown): void => {
    surroundings.kill();
    surroundings.emitter.problem(actor.id, error);
  };
  const pass = statusRelay(actor, surroundings, onStatus);
  const onNext = (snapshot: ConnectionSnapshot): void => {
    onSnapshot(snapshot);
    pass(snapshot);
    surroundings.onSnapshot(snapshot);
  };
  // An actor without an error listener would throw its error at the whole host.
  actor.subscribe({
    next: onNext,
    error: (error) => {
      onBroken(error);
      onNext(actor.getSnapshot());
    },
  });
  actor.on('broken', ({ error }) => onBroken(error));
  return relayEmitted(actor, surroundings);
}

function statusRelay(
  actor: Actor,
  surroundings: ConnectionSurroundings,
  onStatus: (status: ConnectionStatus) => void,
) {
  const { emitter, settings } = surroundings;
  let previous = statusOf(actor.getSnapshot(), settings.used);
  return (snapshot: ConnectionSnapshot): void => {
    const before = previous;
    const status = statusOf(snapshot, settings.used);
    if (!differs(status, before)) return;
    previous = status;
    if (status.state === 'ready') settings.isFirstInit = false;
    if (status.state === 'removed') surroundings.onRemoved();
    emitter.emit('status', { connection: actor.id, status, previous: before });
    onStatus(status);
  };
}

function relayEmitted(actor: Actor, { emitter }: ConnectionSurroundings) {
  const history: ExitRecord[] = [];
  const rejections = new WeakMap<object, string>();
  const connection = actor.id;
  actor.on('exited', ({ exit }) => {
    history.push(exit);
    if (history.length > historyLength) history.shift();
    emitter.emit('exit', { connection, exit });
  });
  actor.on('discarded', ({ reason, incarnation, event }) => {
    emitter.emit('discarded', { connection, incarnation, reason, ...describe(event) });
  });
  actor.on('rejected', ({ event, why }) => {
    rejections.set(event, why);
    emitter.emit('rejected', { connection, order: event.type, why });
  });
  return { history, rejections };
}

function describe(event: ConnectionEvent): { name: string; detail: string | null } {
  if (event.type === 'message.received') return { name: event.message.name, detail: event.message.kind };
  return { name: event.type, detail: 'detail' in event ? event.detail : null };
}

/** Counters and measurements alone are no news. */
function differs(status: ConnectionStatus, previous: ConnectionStatus): boolean {
  return Object.keys(status).some((key) => {
    const name = key as keyof ConnectionStatus;
    return name !== 'discarded' && name !== 'resources' && status[name] !== previous[name];
  });
}
