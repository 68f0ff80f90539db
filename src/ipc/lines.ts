import type { Readable, Writable } from 'node:stream';
import type {
  Channel,
  ChannelLimits,
  ChannelListener,
  ChannelTraffic,
  Json,
  SendOptions,
} from './channel.ts';
import { channelClosed, malformed } from './frame.ts';
import { Inbox } from './inbox.ts';
import { surviveFailedWrites } from './keep-reading.ts';
import { channelLimits } from './limits.ts';
import { directions, type LineStreams } from './line-streams.ts';
import { LineWriter } from './line-writer.ts';
import type { MessageReader } from './message-reader.ts';
import { PacedLines } from './paced-lines.ts';
import type { Piece } from './parcel.ts';
import { readInPlace } from './read-in-place.ts';

export type { LineStreams } from './line-streams.ts';

/** What a channel of lines would still have to write. */
export interface Unwritten {
  /** What the stream was given and hasn't reported as written; the operating system may have taken a part of it. */
  readonly begun: readonly Piece[];
  readonly waiting: readonly Piece[];
}

/** A channel whose unsent lines can be had. */
export interface LinesChannel extends Channel {
  /** Gives away what is still to be written, for a process that exits in this tick; the channel writes nothing of it any more. */
  takeUnwritten(): Unwritten;
}

/**
 * Opens a channel of newline-delimited JSON in UTF-8 over streams of bytes. They belong to it from now on: nothing is
 * read before `start`, and they end when it closed and what was queued is written.
 * @throws {GreenroomError} `OPTION_INVALID` for a limit that is no number of at least 1.
 */
export function linesChannel(streams: LineStreams, limits?: Partial<ChannelLimits>): LinesChannel {
  return new LinesOverStreams(directions(streams), channelLimits(limits));
}

class LinesOverStreams implements LinesChannel {
  readonly #readable: Readable;
  readonly #lines: PacedLines;
  readonly #writer: LineWriter;
  readonly #inbox = new Inbox();
  /** In `unheard` nothing can be written any more; what the other side sent before is still read. */
  #state: 'open' | 'unheard' | 'closed' = 'open';
  #isStarted = false;
  #received = 0;

  constructor({ readable, writable }: { readable: Readable; writable: Writable }, limits: ChannelLimits) {
    this.#readable = readable;
    this.#lines = new PacedLines(readable, limits, {
      onNext: (read) => this.#deliver(read),
      onTooLong: (beginning) => this.#giveUp(beginning),
    });
    this.#writer = new LineWriter(writable, limits, (message, error) => this.#inbox.unsent(message, error));
    // An 'error' without a listener would be thrown. It means no more than that the stream is over.
    for (const event of ['error', 'end', 'close']) readable.on(event, () => this.#end());
    for (const event of ['error', 'close']) writable.on(event, () => this.#cannotWrite());
    // When a child process exits, Node reads and throws away what nobody has read from it, unless it is waited for like this.
    readable.on('readable', waitForStart);
    if ((readable as unknown) === writable) surviveFailedWrites(writable, () => this.#cannotWrite());
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get queuedBytes(): number {
    return this.#writer.queue.outbox.queuedBytes;
  }

  get traffic(): ChannelTraffic {
    const { outbox, dropped, coalesced } = this.#writer.queue;
    const { accepted, queuedBytes, queuedMessages } = outbox;
    const [received, pauses] = [this.#received, this.#lines.pauses];
    return { received, sent: accepted, queuedMessages, queuedBytes, dropped, coalesced, pauses };
  }

  start(listener: ChannelListener): void {
    this.#inbox.start(listener);
    this.#isStarted = true;
    if (this.#readable.destroyed || this.#readable.readableEnded) return this.#end();
    const read = (chunk: Buffer | string): void => {
      this.#writer.exchange.heard();
      this.#lines.read(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    };
    this.#readable.on('data', read);
    readInPlace(this.#readable, read);
    this.#readable.off('readable', waitForStart);
    if (this.#state === 'unheard') this.#readWhatIsLeft();
  }

  expectAttachments(): void {
    this.#lines.expectAttachments();
  }

  expectBatches(): void {
    this.#lines.expectBatches();
    this.#writer.writeBatches();
  }

  send(message: Json, options?: SendOptions, attachments?: readonly Uint8Array[]): void {
    if (!this.isOpen) throw channelClosed();
    this.#writer.send(message, options, attachments);
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  drained(): Promise<void> {
    return this.#writer.queue.outbox.drained();
  }

  hurry(): void {
    this.#lines.hurry();
  }

  close(): void {
    this.#inbox.abandon();
    this.#leave();
  }

  takeUnwritten(): Unwritten {
    return this.#writer.takeUnwritten();
  }

  #deliver(read: MessageReader): boolean {
    if (this.#state === 'closed') return false;
    this.#received += 1;
    if (read.malformed === undefined) this.#inbox.message(read.message, read.attachments);
    else this.#inbox.malformed(read.malformed);
    return true;
  }

  #giveUp(tooLong: Buffer): void {
    if (this.#state === 'closed') return;
    this.#inbox.malformed(malformed('too-large', tooLong));
    this.#leave();
    this.#inbox.end();
  }

  #cannotWrite(): void {
    this.#writer.abandon();
    if (this.#state !== 'open') return;
    this.#state = 'unheard';
    this.hurry();
    if (this.#isStarted) this.#readWhatIsLeft();
  }

  // The operating system hands over what it holds within one turn of the event loop, so a turn without anything means that
  // nothing is left. The first turn may be under way already.
  #readWhatIsLeft(turns = mostTurns): void {
    const before = turns === mostTurns ? -1 : this.#lines.bytesRead;
    setImmediate(() => {
      if (this.#state === 'closed') return;
      if (this.#lines.bytesRead === before || turns === 0) this.#end();
      else this.#readWhatIsLeft(turns - 1);
    });
  }

  #end(): void {
    if (this.#state === 'closed') return;
    const rest = this.#lines.finish();
    if (this.#isClosed()) return;
    if (rest.length > 0) this.#inbox.malformed(malformed('truncated', rest));
    this.#leave();
    this.#inbox.end();
  }

  // What is handed over last may close the channel.
  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #leave(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#readable.off('readable', waitForStart);
    // What still comes is thrown away: a socket closed with unread data would take back what was written to it.
    this.#readable.resume();
    this.#writer.end(() => this.#readable.destroy());
  }
}

const mostTurns = 16;

function waitForStart(): void {}
