import type { Writable } from 'node:stream';
import type { ChannelLimits, Json } from './channel.ts';
import { encodeFrame } from './frame.ts';
import { Outbox } from './outbox.ts';

/** Writes messages as lines, all of one turn at once. */
export class LineWriter {
  readonly #writable: Writable;
  readonly #limits: ChannelLimits;
  readonly #outbox: Outbox;
  #batch = '';
  #batchBytes = 0;

  constructor(writable: Writable, limits: ChannelLimits) {
    this.#writable = writable;
    this.#limits = limits;
    this.#outbox = new Outbox(limits);
  }

  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  /** @throws {GreenroomError} `FRAME_TOO_LARGE`, `FRAME_MALFORMED` or `QUEUE_FULL`. */
  send(message: Json): void {
    const frame = encodeFrame(message, this.#limits.frameBytes);
    const bytes = frame.bytes + 1;
    this.#outbox.accept(bytes);
    // One write for all messages of a turn costs a fraction of one write each.
    if (this.#batchBytes === 0) process.nextTick(() => this.#writeBatch());
    this.#batch += `${frame.text}\n`;
    this.#batchBytes += bytes;
    if (this.#batchBytes >= largestBatch) this.#writeBatch();
  }

  flush(): Promise<void> {
    this.#writeBatch();
    return this.#outbox.flushed();
  }

  /** What waits will never be written. */
  abandon(): void {
    this.#outbox.abandon();
  }

  /** Writes what waits, ends the stream, and calls back when that is done or can't be. */
  end(onDone: () => void): void {
    this.#writeBatch();
    const writable = this.#writable;
    if (writable.destroyed || writable.writableFinished) return onDone();
    writable.once('finish', onDone).once('error', onDone).once('close', onDone);
    writable.end();
  }

  #writeBatch(): void {
    const [batch, bytes] = [this.#batch, this.#batchBytes];
    if (bytes === 0) return;
    this.#batch = '';
    this.#batchBytes = 0;
    if (this.#writable.destroyed || this.#writable.writableEnded) this.#outbox.take(bytes);
    else this.#writable.write(batch, () => this.#outbox.take(bytes));
  }
}

// Above this, waiting for more messages of the same turn gains nothing.
const largestBatch = 8 * 1024;
