import { GreenroomError } from '../errors.ts';
import type { ChannelLimits } from './channel.ts';

/** Keeps account of the bytes between `send` and the operating system. */
export class Outbox {
  readonly #limits: ChannelLimits;
  #accepted = 0;
  #taken = 0;
  #waiting: { readonly for: number; resolve(): void }[] = [];

  constructor(limits: ChannelLimits) {
    this.#limits = limits;
  }

  get queuedBytes(): number {
    return this.#accepted - this.#taken;
  }

  /** @throws {GreenroomError} `QUEUE_FULL` when the frame would exceed the limit and isn't the only one. */
  accept(bytes: number): void {
    const queued = this.queuedBytes;
    const { queueBytes } = this.#limits;
    if (queued > 0 && queued + bytes > queueBytes) {
      throw new GreenroomError(
        'QUEUE_FULL',
        `A message of ${bytes} bytes was not sent: ${queued} bytes wait for the other side to read, and ${queueBytes} may. Send less, or later.`,
        { data: { bytes, queued, queueBytes } },
      );
    }
    this.#accepted += bytes;
  }

  /** The operating system took these bytes, the oldest of those that waited. */
  take(bytes: number): void {
    this.#taken = Math.min(this.#taken + bytes, this.#accepted);
    const taken = this.#taken;
    const done = this.#waiting.filter((waiter) => waiter.for <= taken);
    if (done.length === 0) return;
    this.#waiting = this.#waiting.filter((waiter) => waiter.for > taken);
    for (const waiter of done) waiter.resolve();
  }

  /** Nothing will be taken any more. */
  abandon(): void {
    this.take(this.queuedBytes);
  }

  /** Resolves when everything accepted so far was taken or abandoned. */
  flushed(): Promise<void> {
    if (this.queuedBytes === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ for: this.#accepted, resolve });
    });
  }
}
