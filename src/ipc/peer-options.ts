import type { Clock } from '../clock.ts';
import type { Answering } from './answering.ts';
import type { Json, SendOptions } from './channel.ts';

/** What one side of a conversation brings along. */
export interface PeerOptions {
  /** Puts one frame on the wire; throws as `Channel.send`, also when the frame can't be JSON. */
  send(frame: Json, options?: SendOptions): void;
  /** Answers a call of the other side: with a value, a promise of one, or what it throws. The signal, made when it is first read, fires when the other side cancels, and with the error of `close`. */
  onCall(name: string, payload: unknown, call: Pick<Answering, 'signal' | 'meta'>): unknown;
  /** What it throws leaves through `receive`. */
  onNotification(name: string, payload: unknown): void;
  /** An answer could neither be sent nor replaced by an error, although nobody closed anything. */
  onAnswerLost?(name: string, error: unknown): void;
  readonly clock: Clock;
  /** Milliseconds, for calls that name no timeout; 0 is none. */
  readonly callTimeout: number;
  /** How many calls of the other side may be under way, cancelled ones too until `onCall` is done with them; one more is answered with `QUEUE_FULL`. Default 1000. */
  readonly mostAnswering?: number;
}
