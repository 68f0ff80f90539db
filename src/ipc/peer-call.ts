import type { CallRequest } from './calls.ts';
import type { CallMeta, PeerCallOptions } from './call-meta.ts';
import { callFrame, type Frame } from './peer-frame.ts';
import { shortCall, type ShortFrame } from './short-frames.ts';

/** Whoever puts frames on the wire. */
export interface FrameSender {
  /** The other side understands short frames. */
  readonly speaksShort: boolean;
  /** @throws {GreenroomError} as `Channel.send`. */
  send(frame: Frame | ShortFrame): void;
}

/** One call of this side. */
export class PeerCall implements CallRequest {
  readonly name: string;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly #sender: FrameSender;
  readonly #payload: unknown;
  readonly #meta: CallMeta | undefined;

  constructor(
    sender: FrameSender,
    name: string,
    payload: unknown,
    options: PeerCallOptions,
    timeout: number,
  ) {
    this.name = name;
    this.timeout = options.timeout ?? timeout;
    this.signal = options.signal;
    this.#sender = sender;
    this.#payload = payload;
    this.#meta = options.meta;
  }

  send(id: number): void {
    const isInFull = !this.#sender.speaksShort || this.#meta !== undefined;
    this.#sender.send(
      isInFull
        ? callFrame(id, this.name, this.#payload, this.#meta)
        : shortCall(id, this.name, this.#payload),
    );
  }

  cancel(id: number): void {
    this.#sender.send({ type: 'cancel', id });
  }
}
