import type { Duplex, Readable, Writable } from 'node:stream';
import type { Channel, ChannelLimits, ChannelListener, Json } from './channel.ts';
import { channelClosed, decodeFrame, malformed } from './frame.ts';
import { Inbox } from './inbox.ts';
import { surviveFailedWrites } from './keep-reading.ts';
import { channelLimits } from './limits.ts';
import { LineReader } from './line-reader.ts';
import { LineWriter } from './line-writer.ts';

/** A socket, or one stream for each direction. */
export type LineStreams = Duplex | { readonly readable: Readable; readonly writable: Writable };

/**
 * Opens a channel of newline-delimited JSON in UTF-8 over streams of bytes. They belong to it from now on: nothing is
 * read before `start`, and they end when it closed and what was queued is written.
 * @throws {GreenroomError} `OPTION_INVALID` for a limit that is no number of bytes.
 */
export function linesChannel(streams: LineStreams, limits?: Partial<ChannelLimits>): Channel {
  return new LinesChannel(directions(streams), channelLimits(limits));
}

class LinesChannel implements Channel {
  readonly #readable: Readable;
  readonly #lines: LineReader;
  readonly #writer: LineWriter;
  readonly #inbox = new Inbox();
  /** In `unheard` nothing can be written any more; what the other side sent before is still read. */
  #state: 'open' | 'unheard' | 'closed' = 'open';
  #isStarted = false;
  #bytesRead = 0;

  constructor({ readable, writable }: { readable: Readable; writable: Writable }, limits: ChannelLimits) {
    this.#readable = readable;
    this.#lines = new LineReader(limits.frameBytes);
    this.#writer = new LineWriter(writable, limits);
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
    return this.#writer.queuedBytes;
  }

  start(listener: ChannelListener): void {
    this.#inbox.start(listener);
    this.#isStarted = true;
    if (this.#readable.destroyed || this.#readable.readableEnded) return this.#end();
    this.#readable.on('data', (chunk: Buffer | string) => this.#read(chunk));
    this.#readable.off('readable', waitForStart);
    if (this.#state === 'unheard') this.#readWhatIsLeft();
  }

  send(message: Json): void {
    if (!this.isOpen) throw channelClosed();
    this.#writer.send(message);
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  close(): void {
    this.#inbox.abandon();
    this.#leave();
  }

  #read(chunk: Buffer | string): void {
    if (this.#state === 'closed') return;
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    this.#bytesRead += bytes.length;
    const tooLong = this.#lines.read(bytes, (line) => this.#deliver(line));
    if (tooLong === undefined) return;
    this.#inbox.malformed(malformed('too-large', tooLong));
    this.#leave();
    this.#inbox.end();
  }

  #deliver(line: Buffer): void {
    if (this.#state === 'closed') return;
    const frame = decodeFrame(line);
    if ('message' in frame) this.#inbox.message(frame.message);
    else this.#inbox.malformed(frame);
  }

  #cannotWrite(): void {
    this.#writer.abandon();
    if (this.#state !== 'open') return;
    this.#state = 'unheard';
    if (this.#isStarted) this.#readWhatIsLeft();
  }

  // The operating system hands over what it holds within one turn of the event loop, so a turn without anything means that
  // nothing is left. The first turn may be under way already.
  #readWhatIsLeft(turns = mostTurns): void {
    const before = turns === mostTurns ? -1 : this.#bytesRead;
    setImmediate(() => {
      if (this.#state === 'closed') return;
      if (this.#bytesRead === before || turns === 0) this.#end();
      else this.#readWhatIsLeft(turns - 1);
    });
  }

  #end(): void {
    if (this.#state === 'closed') return;
    const rest = this.#lines.takeRest();
    if (rest.length > 0) this.#inbox.malformed(malformed('truncated', rest));
    this.#leave();
    this.#inbox.end();
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

function directions(streams: LineStreams): { readable: Readable; writable: Writable } {
  if (isPair(streams)) return streams;
  return { readable: streams, writable: streams };
}

function isPair(streams: LineStreams): streams is Exclude<LineStreams, Duplex> {
  return typeof streams.readable !== 'boolean';
}
