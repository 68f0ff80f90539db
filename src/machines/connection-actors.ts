import type { CallbackActorLogic, EventObject } from 'xstate';
import type { ProcessOrder } from './connection-events.ts';

/** What the actors of a start without a process are told; `start` numbers the starts of a connection. */
export interface StartInput {
  readonly connectionId: string;
  readonly start: number;
  /** The pid of the spare that is to be taken, which needs no more than to be there. Default null: a process is to be started. */
  readonly spare?: number | null;
}

/** Which process the actor `process` is. */
export interface ProcessInput {
  readonly connectionId: string;
  readonly incarnation: number;
  /** The pid of the spare that it becomes. Default null: a process is to be started. */
  readonly spare?: number | null;
}

/** The actor `preparation`: finds files and runtime, and sends `preparation.succeeded` or `preparation.failed`. */
export type StartLogic = CallbackActorLogic<EventObject, StartInput>;
/** The actor `slot`: told to `request` one it waits in line, sends `slot.granted`, and holds the slot until it gets `release` or is stopped. */
export type SlotLogic = CallbackActorLogic<{ type: 'request' | 'release' }, StartInput>;
/** The actor `process`: one incarnation, which sends `ProcessNews` and obeys each `ProcessOrder`. */
export type ProcessLogic = CallbackActorLogic<ProcessOrder, ProcessInput>;
