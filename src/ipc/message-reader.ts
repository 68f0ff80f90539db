import type { MalformedFrame } from './channel.ts';
import { malformed } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import type { Line } from './line-reader.ts';

/** Reads messages from a byte stream: one of each line, or, once batches are expected, all of a line that is a list. */
export class MessageReader {
  readonly #frames: FrameReader;
  #batch: readonly unknown[] = [];
  #at = 0;
  #expectsBatches = false;
  /** What `next` has just found, unless it is malformed. */
  message: unknown;
  malformed: MalformedFrame | undefined;
  attachments: readonly Uint8Array[] | undefined;

  constructor(longest: number) {
    this.#frames = new FrameReader(longest);
  }

  get tooLong(): Buffer | undefined {
    return this.#frames.tooLong;
  }

  get isWithinFrame(): boolean {
    return this.#frames.isWithinFrame;
  }

  expectAttachments(): void {
    this.#frames.expectAttachments();
  }

  expectBatches(): void {
    this.#expectsBatches = true;
  }

  /** Takes the next chunk; to be called when `next` has nothing more to give. */
  feed(chunk: Buffer): void {
    this.#frames.feed(chunk);
  }

  /** Makes its own of what it hasn't read yet. */
  keep(): void {
    this.#frames.keep();
  }

  /** Goes on to the next message; false if there is none. */
  next(): boolean {
    this.malformed = undefined;
    this.attachments = undefined;
    if (this.#at < this.#batch.length) return this.#goOn();
    const line = this.#frames.next();
    if (line === undefined) return false;
    this.#decode(line);
    // An empty list is no batch: whoever hears it may refuse it.
    if (!this.#expectsBatches || !Array.isArray(this.message) || this.message.length === 0) return true;
    this.#batch = this.message;
    return this.#goOn();
  }

  /** What came after the last complete frame; afterwards nothing. */
  takeRest(): Buffer {
    return this.#frames.takeRest();
  }

  #goOn(): true {
    this.message = this.#batch[this.#at];
    this.#at += 1;
    if (this.#at < this.#batch.length) return true;
    this.#batch = [];
    this.#at = 0;
    return true;
  }

  #decode(line: Line): void {
    this.message = undefined;
    this.attachments = this.#frames.attachments;
    if (typeof line !== 'string') return void (this.malformed = malformed('not-json', line));
    try {
      this.message = JSON.parse(line) as unknown;
    } catch {
      this.malformed = malformed('not-json', Buffer.from(line.replace(/\r$/, '')));
    }
  }
}
