import { GreenroomError } from '../errors.ts';
import type { ChannelListener, Json, MalformedFrame } from './channel.ts';

/**
 * Stands between a channel and its listener: holds what comes before `start`, says `onClose` once and last, and keeps an
 * error of the listener away from the channel: it becomes an uncaught exception of its own, and the next message comes.
 */
export class Inbox {
  #listener: ChannelListener | undefined;
  #held: Delivery[] = [];
  #isFlowing = false;
  #isEnded = false;

  start(listener: ChannelListener): void {
    if (this.#listener !== undefined) {
      throw new GreenroomError(
        'OPTION_INVALID',
        'A channel was started a second time. It takes one listener: call start once.',
      );
    }
    this.#listener = listener;
    process.nextTick(() => this.#release(listener));
  }

  message(message: unknown, attachments?: readonly Uint8Array[]): void {
    if (this.#isEnded) return;
    const listener = this.#listener;
    if (!this.#isFlowing || listener === undefined)
      return void this.#held.push((later) => later.onMessage(message, attachments));
    // As `shielded`, without a function for each message.
    try {
      listener.onMessage(message, attachments);
    } catch (error) {
      throwLater(error);
    }
  }

  malformed(frame: MalformedFrame): void {
    if (!this.#isEnded) this.#pass((listener) => listener.onMalformed(frame));
  }

  unsent(message: Json, error: GreenroomError): void {
    if (!this.#isEnded) this.#pass((listener) => listener.onUnsent?.(message, error));
  }

  /** The other side closed: what is held still arrives, and then `onClose`. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#pass((listener) => listener.onClose());
  }

  /** This side closed: only `onClose` arrives, and not before the caller is done. */
  abandon(): void {
    if (this.#isEnded) return;
    this.#held = [];
    this.#isFlowing = false;
    this.end();
    const listener = this.#listener;
    if (listener !== undefined) process.nextTick(() => this.#release(listener));
  }

  #pass(delivery: Delivery): void {
    if (this.#isFlowing && this.#listener !== undefined) shielded(delivery, this.#listener);
    else this.#held.push(delivery);
  }

  #release(listener: ChannelListener): void {
    for (let next = this.#held.shift(); next !== undefined; next = this.#held.shift())
      shielded(next, listener);
    this.#isFlowing = true;
  }
}

type Delivery = (listener: ChannelListener) => void;

function shielded(delivery: Delivery, listener: ChannelListener): void {
  try {
    delivery(listener);
  } catch (error) {
    throwLater(error);
  }
}

function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
