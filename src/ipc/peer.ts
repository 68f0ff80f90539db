import { GreenroomError } from '../errors.ts';
import { type Calls, createCalls } from './calls.ts';
import { Answering } from './answering.ts';
import type { PeerCallOptions } from './call-meta.ts';
import type { Json, SendOptions } from './channel.ts';
import { IdTable } from './id-table.ts';
import {
  callFrame,
  carry,
  type Frame,
  isId,
  isName,
  isObject,
  own,
  presentable,
  readAnswer,
} from './peer-frame.ts';
import { defaultMostAnswering, tooManyAtOnce } from './most-answering.ts';
import type { PeerOptions } from './peer-options.ts';
import { describeError } from './remote-error.ts';

/** What became of a frame: acted upon; an answer nobody waits for; or not a frame of this protocol. */
export type Reception = 'handled' | 'unexpected' | 'malformed';

/** One side of a conversation in which both sides call and notify each other. Both sides are the same. */
export interface Peer {
  /**
   * Resolves with the other side's answer. An abort or the deadline tells the other side, too.
   * @throws {GreenroomError} `CALL_FAILED` (the other side's error, as data and as cause), `CALL_TIMED_OUT`,
   * `CALL_CANCELLED`, `OPTION_INVALID` for a timeout that is no time, the error of `close`, or as `Channel.send`. Timeouts are in milliseconds.
   */
  call(name: string, payload?: unknown, options?: PeerCallOptions): Promise<unknown>;
  /**
   * Tells the other side something that it doesn't answer.
   * @throws {GreenroomError} the error of `close`, or as `Channel.send`.
   */
  notify(name: string, payload?: unknown, options?: SendOptions): void;
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
  readonly #answering = new IdTable<Answering>();
  #closed: GreenroomError | undefined;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#calls = createCalls({ clock: options.clock });
  }

  get pending(): number {
    return this.#calls.size;
  }

  get answering(): number {
    return this.#answering.size;
  }

  call(name: string, payload?: unknown, options: PeerCallOptions = {}): Promise<unknown> {
    return this.#calls.begin({
      name,
      timeout: options.timeout ?? this.#options.callTimeout,
      signal: options.signal,
      send: (id) => this.#send(callFrame(id, name, payload, options.meta)),
      cancel: (id) => this.#send({ type: 'cancel', id }),
      read: (answer) => readAnswer(name, answer as Frame),
    });
  }

  notify(name: string, payload?: unknown, options?: SendOptions): void {
    if (this.#closed !== undefined) throw this.#closed;
    this.#send({ type: 'notify', name, ...carry('payload', payload) }, options);
  }

  receive(frame: unknown): Reception {
    if (!isObject(frame)) return 'malformed';
    if (this.#closed !== undefined) return 'unexpected';
    const type = own(frame, 'type');
    if (type === 'call') return this.#receiveCall(frame);
    if (type === 'notify') return this.#receiveNotification(frame);
    if (type === 'cancel') return this.#receiveCancel(frame);
    if (type === 'result' || type === 'error') return this.#receiveAnswer(frame);
    return 'malformed';
  }

  unsent(frame: unknown, error: GreenroomError): boolean {
    const id = isObject(frame) ? own(frame, 'id') : undefined;
    if (!isObject(frame) || !isId(id)) return false;
    // Who called may have given up meanwhile.
    if (own(frame, 'type') === 'call') this.#calls.reject(id, error);
    else this.#sendAnswer(id, String(id), { type: 'error', id, error: describeError(error) });
    return true;
  }

  close(error: GreenroomError): void {
    if (this.#closed !== undefined) return;
    this.#closed = error;
    this.#calls.rejectAll(error);
    const running = this.#answering.entries();
    this.#answering.clear();
    for (const [, answering] of running) answering.abort(error);
  }

  #receiveCall(frame: Frame): Reception {
    const id = own(frame, 'id');
    const name = own(frame, 'name');
    if (!isId(id) || !isName(name) || this.#answering.has(id)) return 'malformed';
    const { mostAnswering = defaultMostAnswering } = this.#options;
    if (this.#answering.size >= mostAnswering) {
      const error = describeError(tooManyAtOnce(name, mostAnswering));
      this.#sendAnswer(id, name, { type: 'error', id, error });
      return 'handled';
    }
    const answering = new Answering(own(frame, 'meta'));
    this.#answering.add(id, answering);
    void this.#answer(id, name, own(frame, 'payload'), answering);
    return 'handled';
  }

  #receiveNotification(frame: Frame): Reception {
    const name = own(frame, 'name');
    if (!isName(name)) return 'malformed';
    this.#options.onNotification(name, own(frame, 'payload'));
    return 'handled';
  }

  // A cancel for a call that isn't running is no fault: it crossed the answer on its way.
  #receiveCancel(frame: Frame): Reception {
    const id = own(frame, 'id');
    if (!isId(id)) return 'malformed';
    const answering = this.#answering.get(id);
    this.#answering.delete(id);
    answering?.abort(new GreenroomError('CALL_CANCELLED', 'The other side cancelled this call.'));
    return 'handled';
  }

  #receiveAnswer(frame: Frame): Reception {
    const id = own(frame, 'id');
    if (!isId(id)) return 'malformed';
    if (!this.#calls.resolve(id, frame)) return 'unexpected';
    // The caller is told even of an error without a readable description, rather than waiting for its deadline.
    return own(frame, 'type') === 'result' || isObject(own(frame, 'error')) ? 'handled' : 'malformed';
  }

  async #answer(id: number, name: string, payload: unknown, answering: Answering): Promise<void> {
    let answer: Frame;
    try {
      const value = await this.#options.onCall(name, payload, answering);
      answer = { type: 'result', id, ...carry('value', presentable(name, value)) };
    } catch (error) {
      answer = { type: 'error', id, error: describeError(error) };
    }
    if (this.#answering.get(id) !== answering) return;
    this.#answering.delete(id);
    this.#sendAnswer(id, name, answer);
  }

  #sendAnswer(id: number, name: string, answer: Frame): void {
    try {
      this.#send(answer);
    } catch (refusal) {
      try {
        this.#send({ type: 'error', id, error: describeError(refusal) });
      } catch (error) {
        if (!isClosed(error)) this.#options.onAnswerLost?.(name, error);
      }
    }
  }

  // Payloads and values are the app's: whether they are JSON is found out where they are encoded.
  #send(frame: Frame, options?: SendOptions): void {
    this.#options.send(frame as Json, options);
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof GreenroomError && error.code === 'CHANNEL_CLOSED';
}
