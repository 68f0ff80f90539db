import type { ActorRefFrom } from 'xstate';
import type { connectionMachine } from '../machines/connection.ts';
import type { Order } from '../machines/connection-events.ts';
import type { ConnectionSurroundings } from './connection-surroundings.ts';
import { orderRejected, removed } from './order-errors.ts';

type Untimed<O> = O extends Order ? Omit<O, 'at'> : never;

/** Gives orders to one connection's actor, and its refusals back. */
export interface Orders {
  /**
   * An order given from within a listener is carried out after what the listener was told of; its refusal can only be told by the event `rejected` then.
   * @throws {GreenroomError} `ORDER_REJECTED`, `CONNECTION_REMOVED`.
   */
  give(order: Untimed<Order>): void;
  /** @throws {GreenroomError} `CONNECTION_REMOVED`. */
  checkPresent(): void;
}

export function createOrders(
  actor: ActorRefFrom<typeof connectionMachine>,
  { clock, emitter, settings }: Pick<ConnectionSurroundings, 'clock' | 'emitter' | 'settings'>,
  rejections: WeakMap<object, string>,
): Orders {
  const checkPresent = (): void => {
    if (actor.getSnapshot().status !== 'active') throw removed(actor.id);
  };
  return {
    checkPresent,
    give(order) {
      checkPresent();
      const event: Order = { ...order, at: clock.now() };
      emitter.emit('order', { connection: actor.id, order: order.type });
      actor.send(event);
      const why = rejections.get(event);
      if (why !== undefined) throw orderRejected(actor.id, order.type, why);
      if (order.type === 'disable') settings.urgency.ordered(false);
      else if (isStart(order)) settings.urgency.ordered(!actor.getSnapshot().hasTag('callable'));
    },
  };
}

/** Whether somebody who gives this order waits for a process if there is none. */
function isStart(order: Untimed<Order>): boolean {
  if (order.type === 'configure') return order.config || order.module;
  return order.type === 'enable' || order.type === 'restart';
}
