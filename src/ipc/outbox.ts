import { GreenroomError } from '../errors.ts';
import type { ChannelLimits, ChannelTraffic } from './channel.ts';

/** Keeps account of the messages between `send` and the operating system. They go in the order they came, or are dropped. */
export class Outbox {
  readonly #limits: ChannelLimits;
  #accepted = 0;
  /** The number of the last message before which none waits. */
  #gone = 0;
  #flushing: { readonly upTo: number; resolve(): void }[] = [];
  #draining: (() => void)[] = [];
  queuedBytes = 0;
  queuedMessages = 0;

  constructor(limits: ChannelLimits) {
    this.#limits = limits;
  }

  /** How many were accepted in all. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Whether so many more bytes may join the queue, if so many messages leave it; one message always fits an empty one. */
  fits(bytes: number, leaving = 0): boolean {
    const messages = this.queuedMessages - leaving;
    if (messages === 0) return true;
    const { queueBytes, queueMessages } = this.#limits;
    return this.queuedBytes + bytes <= queueBytes && messages < queueMessages;
  }

  /**
   * Takes a message into account and numbers it.
   * @throws {GreenroomError} `QUEUE_FULL` when it doesn't fit.
   */
  accept(bytes: number): number {
    if (!this.fits(bytes)) throw this.#full(bytes);
    this.queuedBytes += bytes;
    this.queuedMessages += 1;
    this.#accepted += 1;
    return this.#accepted;
  }

  /** The operating system took so many messages, the oldest of those that wait, up to this number. */
  take(bytes: number, messages = 1, upTo = this.#gone + messages): void {
    this.queuedBytes = Math.max(0, this.queuedBytes - bytes);
    this.queuedMessages = Math.max(0, this.queuedMessages - messages);
    this.#gone = this.queuedMessages === 0 ? this.#accepted : upTo;
    this.#wake();
  }

  /** One that waits anywhere in the queue will never be sent. */
  drop(bytes: number): void {
    this.take(bytes, 1, this.#gone);
  }

  /** Nothing will be taken any more. */
  abandon(): void {
    this.take(this.queuedBytes, this.queuedMessages);
  }

  /** Resolves when everything accepted so far is taken, dropped or abandoned. */
  flushed(): Promise<void> {
    if (this.queuedMessages === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#flushing.push({ upTo: this.#accepted, resolve });
    });
  }

  /** Resolves when the queue is at most half full. */
  drained(): Promise<void> {
    if (this.#isHalfEmpty()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#draining.push(resolve);
    });
  }

  #isHalfEmpty(): boolean {
    const { queueBytes, queueMessages } = this.#limits;
    return this.queuedBytes <= queueBytes / 2 && this.queuedMessages <= queueMessages / 2;
  }

  #wake(): void {
    while (this.#flushing[0] !== undefined && this.#flushing[0].upTo <= this.#gone)
      this.#flushing.shift()?.resolve();
    if (this.#draining.length === 0 || !this.#isHalfEmpty()) return;
    for (const resolve of this.#draining.splice(0)) resolve();
  }

  #full(bytes: number): GreenroomError {
    const { queuedBytes: queued, queuedMessages: messages } = this;
    const { queueBytes, queueMessages } = this.#limits;
    return new GreenroomError(
      'QUEUE_FULL',
      `A message of ${bytes} bytes was not sent: ${queued} bytes in ${messages} messages wait for the other side to read, and ${queueBytes} in ${queueMessages} may. Send less, or wait until the queue is drained.`,
      { data: { bytes, queued, queueBytes, messages, queueMessages } },
    );
  }
}

/** The figures of a channel that neither drops nor pauses. */
export function trafficOf(outbox: Outbox, received: number): ChannelTraffic {
  const { accepted: sent, queuedBytes, queuedMessages } = outbox;
  return { received, sent, queuedMessages, queuedBytes, dropped: 0, coalesced: 0, pauses: 0 };
}
