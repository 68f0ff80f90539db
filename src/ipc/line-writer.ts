// Not the global: that is a getter.
import process from 'node:process';
import type { Writable } from 'node:stream';
import type { GreenroomError } from '../errors.ts';
import { type Batch, listBytes } from './batch.ts';
import type { ChannelLimits, Json, SendOptions } from './channel.ts';
import { Exchange } from './exchange.ts';
import { bytesChanged, encodeFrame, type Frame } from './frame.ts';
import { checkOverflow } from './overflow.ts';
import { parcelOf, type Piece } from './parcel.ts';
import { SendQueue } from './send-queue.ts';
import { writeAtOnce } from './write-at-once.ts';

type OnUnsent = (message: Json, error: GreenroomError) => void;

/** Writes messages as lines: all of one turn at once, and one piece after the other, so that what still waits can give way to what comes. */
export class LineWriter {
  readonly #writable: Writable;
  readonly #limits: ChannelLimits;
  readonly #onUnsent: OnUnsent;
  readonly queue: SendQueue;
  readonly exchange = new Exchange();
  #inFlight: Batch | undefined;
  #isScheduled = false;
  #writesBatches = false;
  #onDone: (() => void) | undefined;

  constructor(writable: Writable, limits: ChannelLimits, onUnsent: OnUnsent) {
    this.#writable = writable;
    this.#limits = limits;
    this.#onUnsent = onUnsent;
    this.queue = new SendQueue(limits);
  }

  /** @throws {GreenroomError} `OPTION_INVALID`, `FRAME_TOO_LARGE`, `FRAME_MALFORMED` or `QUEUE_FULL`. */
  send(message: Json, options?: SendOptions, attachments?: readonly Uint8Array[]): void {
    checkOverflow(options);
    const isListed = this.#writesBatches && Array.isArray(message);
    const most = isListed ? this.#limits.frameBytes - listBytes : this.#limits.frameBytes;
    const frame = encodeFrame(message, most, attachments);
    const isOnlyOne = this.exchange.sends() && attachments === undefined;
    if (isOnlyOne && this.#writeAlone(frame, isListed)) return;
    const attached = attachments && { attachments, onChanged: this.#onChanged(message, frame) };
    this.queue.add(parcelOf(frame, isListed, options?.overflow, attached));
    this.#schedule(isOnlyOne);
  }

  // By itself, because a function that may make another one sets something aside for that whenever it runs.
  #onChanged(message: Json, { text }: Frame): () => void {
    // Later, because whoever hears of it may send something.
    return () => process.nextTick(() => this.#onUnsent(message, bytesChanged(text)));
  }

  #schedule(isUrgent: boolean): void {
    if (this.#inFlight !== undefined) return;
    if (isUrgent || this.queue.waitingBytes >= longestWait) return this.#write();
    if (this.#isScheduled) return;
    // One write for all messages of a turn costs a fraction of one write each.
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      this.#write();
    });
  }

  /** From now on messages that are lists leave in one list, all of one turn. */
  writeBatches(): void {
    this.#writesBatches = true;
  }

  flush(): Promise<void> {
    this.#write();
    return this.queue.outbox.flushed();
  }

  takeUnwritten(): { begun: readonly Piece[]; waiting: readonly Piece[] } {
    const begun = this.#inFlight;
    this.#inFlight = undefined;
    const waiting = this.queue.takeAll(this.#largestBatch);
    // Where it would have to go on can't be told from bytes that have changed.
    if (begun !== undefined && !isWhole(begun)) return { begun: [], waiting: [] };
    return { begun: begun?.pieces ?? [], waiting };
  }

  /** What waits will never be written. */
  abandon(): void {
    this.#inFlight = undefined;
    this.queue.abandon();
    if (this.#onDone !== undefined) this.#finish(this.#onDone);
  }

  /** Writes what waits, ends the stream, and calls back when that is done or can't be. */
  end(onDone: () => void): void {
    this.#onDone = onDone;
    this.#writable.once('error', onDone).once('close', onDone);
    this.#write();
  }

  // A list is one frame for the other side.
  get #largestBatch(): number {
    return this.#writesBatches ? Math.min(largestWrite, this.#limits.frameBytes - listBytes) : largestWrite;
  }

  #write(): void {
    if (this.#inFlight !== undefined) return;
    if (!this.queue.isEmpty && !this.#writable.writable) this.queue.abandon();
    const largest = this.#largestBatch;
    for (let next = this.queue.takeBatch(largest); next !== undefined; next = this.queue.takeBatch(largest)) {
      const rest = this.#writeAtOnce(next);
      if (rest !== undefined) return this.#goOn(rest);
      this.queue.outbox.take(next.bytes, next.messages, next.upTo);
    }
    if (this.#onDone !== undefined) this.#finish(this.#onDone);
  }

  /** Without the queue, if nothing is in it and the operating system takes the message now. */
  #writeAlone({ text, bytes }: Frame, isListed: boolean): boolean {
    const { outbox } = this.queue;
    if (outbox.queuedMessages > 0 || text.length !== bytes) return false;
    const line = isListed ? `[${text}]\n` : `${text}\n`;
    const written = writeAtOnce(this.#writable, line);
    if (written === 0) return false;
    const upTo = outbox.accept(bytes + 1);
    if (written === line.length) outbox.take(bytes + 1, 1, upTo);
    else
      this.#goOn({
        pieces: [line.slice(written)],
        bytes: bytes + 1,
        size: line.length - written,
        messages: 1,
        upTo,
      });
    return true;
  }

  /** What of it the stream has to write. */
  #writeAtOnce(batch: Batch): Batch | undefined {
    const [text, ...others] = batch.pieces;
    if (typeof text !== 'string' || others.length > 0 || text.length !== batch.size) return batch;
    const written = writeAtOnce(this.#writable, text);
    if (written === text.length) return undefined;
    return written === 0 ? batch : { ...batch, pieces: [text.slice(written)], size: batch.size - written };
  }

  #goOn(rest: Batch): void {
    this.#inFlight = rest;
    this.#writePieces(rest);
  }

  #writePieces(batch: Batch): void {
    const [first = '', ...others] = batch.pieces;
    const onTaken = (): void => this.#taken(batch);
    if (others.length === 0) return void this.#writable.write(first, encodingOf(first, batch), onTaken);
    const last = others.pop();
    this.#writable.cork();
    for (const piece of [first, ...others]) this.#writable.write(piece);
    this.#writable.write(last, onTaken);
    this.#writable.uncork();
  }

  #taken(batch: Batch): void {
    if (this.#inFlight !== batch) return;
    this.#inFlight = undefined;
    this.queue.outbox.take(batch.bytes, batch.messages, batch.upTo);
    this.#write();
  }

  #finish(onDone: () => void): void {
    const writable = this.#writable;
    if (writable.writableEnded) return;
    if (writable.destroyed) return onDone();
    writable.once('finish', onDone);
    writable.end();
  }
}

function isWhole({ pieces, size }: Batch): boolean {
  return pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0) === size;
}

// Text with a byte for each character is the same in both encodings, and Node writes it in a fraction of the time as Latin 1.
function encodingOf(piece: Piece, { size }: Batch): 'latin1' | 'utf8' {
  return piece.length === size ? 'latin1' : 'utf8';
}

// Above this, waiting for more messages of the same turn gains nothing.
const longestWait = 8 * 1024;
// What is given to the pipe can't be taken back, and a pipe takes no more than about that at once.
const largestWrite = 64 * 1024;
