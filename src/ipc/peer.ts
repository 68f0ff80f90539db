import type { GreenroomError } from '../errors.ts';
import { AnsweredCalls } from './answered-calls.ts';
import { type Calls, createCalls } from './calls.ts';
import type { PeerCallOptions } from './call-meta.ts';
import type { Json, SendOptions } from './channel.ts';
import { PeerCall } from './peer-call.ts';
import { carry, type Frame, isId, isName, isObject, own } from './peer-frame.ts';
import type { PeerOptions } from './peer-options.ts';
import { describeError, remoteError } from './remote-error.ts';
import { type ShortFrame, shortKinds, shortNotification } from './short-frames.ts';

/** What became of a frame: acted upon; an answer nobody waits for; or not a frame of this protocol. */
export type Reception = 'handled' | 'unexpected' | 'malformed';

/** One side of a conversation in which both sides call and notify each other. Both sides are the same. */
export interface Peer {
  /**
   * Resolves with the other side's answer. An abort or the deadline tells the other side, too.
   * @throws {GreenroomError} `CALL_FAILED` (the other side's error, as data and as cause), `CALL_TIMED_OUT`,
   * `CALL_CANCELLED`, `OPTION_INVALID` for a timeout that is no time or a signal that is none, the error of `close`, or as `Channel.send`. Timeouts are in milliseconds.
   */
  call(name: string, payload?: unknown, options?: PeerCallOptions): Promise<unknown>;
  /**
   * Tells the other side something that it doesn't answer.
   * @throws {GreenroomError} the error of `close`, or as `Channel.send`.
   */
  notify(name: string, payload?: unknown, options?: SendOptions): void;
  /** From now on the other side understands short frames, and may send them. */
  speakShort(): void;
  /** Takes a frame of the other side; throws only what `onNotification` throws. */
  receive(frame: unknown): Reception;
  /** A frame that was sent will never be written: rejects the call that it was, or puts this error in place of the answer. False if it was neither. */
  unsent(frame: unknown, error: GreenroomError): boolean;
  /** Rejects pending calls and aborts running handlers in this tick; nothing is sent or answered afterwards. Idempotent. */
  close(error: GreenroomError): void;
  /** Calls that wait for the other side. */
  readonly pending: number;
  /** Calls of the other side that are being answered. A cancelled one isn't, and gets no answer: nobody waits for it. */
  readonly answering: number;
}

/** Makes one side of our own protocol's call layer; see `docs/protocol.md` for the frames. */
export function createPeer(options: PeerOptions): Peer {
  return new CallPeer(options);
}

class CallPeer implements Peer {
  readonly #options: PeerOptions;
  readonly #calls: Calls;
  readonly #answered: AnsweredCalls;
  speaksShort = false;
  #closed: GreenroomError | undefined;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#calls = createCalls({ clock: options.clock });
    this.#answered = new AnsweredCalls(options, this);
  }

  get pending(): number {
    return this.#calls.size;
  }

  get answering(): number {
    return this.#answered.size;
  }

  call(name: string, payload?: unknown, options: PeerCallOptions = {}): Promise<unknown> {
    return this.#calls.begin(new PeerCall(this, name, payload, options, this.#options.callTimeout));
  }

  notify(name: string, payload?: unknown, options?: SendOptions): void {
    if (this.#closed !== undefined) throw this.#closed;
    if (this.speaksShort) this.send(shortNotification(name, payload), options);
    else this.send({ type: 'notify', name, ...carry('payload', payload) }, options);
  }

  speakShort(): void {
    this.speaksShort = true;
  }

  receive(frame: unknown): Reception {
    const isShort = this.speaksShort && Array.isArray(frame);
    if (!isShort && !isObject(frame)) return 'malformed';
    if (this.#closed !== undefined) return 'unexpected';
    return isShort ? this.#receiveShort(frame) : this.#receive(frame as Frame);
  }

  unsent(frame: unknown, error: GreenroomError): boolean {
    const id = isObject(frame) ? own(frame, 'id') : undefined;
    if (!isObject(frame) || !isId(id)) return false;
    // Who called may have given up meanwhile.
    if (own(frame, 'type') === 'call') this.#calls.reject(id, error);
    else this.#answered.send(id, String(id), { type: 'error', id, error: describeError(error) });
    return true;
  }

  close(error: GreenroomError): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    this.#calls.rejectAll(error);
    this.#answered.abortAll(error);
  }

  // Payloads and values are the app's: whether they are JSON is found out where they are encoded.
  send(frame: Frame | ShortFrame, options?: SendOptions): void {
    this.#options.send(frame as Json, options);
  }

  #receive(frame: Frame): Reception {
    switch (own(frame, 'type')) {
      case 'call':
        return this.#answered.take(
          own(frame, 'id'),
          own(frame, 'name'),
          own(frame, 'payload'),
          own(frame, 'meta'),
        );
      case 'notify':
        return this.#notified(own(frame, 'name'), own(frame, 'payload'));
      case 'cancel':
        return this.#answered.cancel(own(frame, 'id'));
      case 'result':
        return this.#succeeded(own(frame, 'id'), own(frame, 'value'));
      case 'error':
        return this.#failed(own(frame, 'id'), own(frame, 'error'));
      default:
        return 'malformed';
    }
  }

  #receiveShort(frame: readonly unknown[]): Reception {
    switch (frame[0]) {
      case shortKinds.call:
        return this.#answered.take(frame[1], frame[2], frame[3], undefined);
      case shortKinds.notify:
        return this.#notified(frame[1], frame[2]);
      case shortKinds.cancel:
        return this.#answered.cancel(frame[1]);
      case shortKinds.result:
        return this.#succeeded(frame[1], frame[2]);
      case shortKinds.error:
        return this.#failed(frame[1], frame[2]);
      default:
        return 'malformed';
    }
  }

  #notified(name: unknown, payload: unknown): Reception {
    if (!isName(name)) return 'malformed';
    this.#options.onNotification(name, payload);
    return 'handled';
  }

  #succeeded(id: unknown, value: unknown): Reception {
    if (!isId(id)) return 'malformed';
    return this.#calls.resolve(id, value) ? 'handled' : 'unexpected';
  }

  #failed(id: unknown, described: unknown): Reception {
    if (!isId(id)) return 'malformed';
    if (!this.#calls.fail(id, (name) => remoteError(name, described))) return 'unexpected';
    // The caller is told even of an error without a readable description, rather than waiting for its deadline.
    return isObject(described) ? 'handled' : 'malformed';
  }
}
