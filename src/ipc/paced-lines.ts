import type { Readable } from 'node:stream';
import type { ChannelLimits } from './channel.ts';
import { MessageReader } from './message-reader.ts';
import { TurnBudget } from './turn-budget.ts';

/** Hears what is read. */
export interface LineListener {
  /** The reader has gone on to the next message. False: nothing more is wanted. */
  onNext(read: MessageReader): boolean;
  /** The beginning of a frame that is too long; nothing comes after it. */
  onTooLong(beginning: Buffer): void;
}

/** Reads the lines of a stream, in the order they came and no faster than its budget allows: what is beyond waits, at last in the pipe, and then its writer waits too. */
export class PacedLines {
  readonly #readable: Readable;
  readonly #listener: LineListener;
  readonly #messages: MessageReader;
  readonly #budget: TurnBudget;
  #isWaiting = false;
  #mayGoOn = false;
  #isOver = false;
  bytesRead = 0;
  /** How often reading was put off. */
  pauses = 0;

  constructor(readable: Readable, limits: ChannelLimits, listener: LineListener) {
    this.#readable = readable;
    this.#listener = listener;
    this.#messages = new MessageReader(limits.frameBytes);
    this.#budget = new TurnBudget(limits);
  }

  expectAttachments(): void {
    this.#messages.expectAttachments();
  }

  expectBatches(): void {
    this.#messages.expectBatches();
  }

  /** The chunk may be written over afterwards. */
  read(chunk: Buffer): void {
    // Node resumes the streams of a child that has exited, whoever paused them.
    if (this.#isWaiting) this.hurry();
    if (this.#isOver) return;
    this.bytesRead += chunk.length;
    this.#messages.feed(chunk);
    this.#handle(this.#mayGoOn);
    if (this.#isWaiting) this.#messages.keep();
    // Since Node 26 what a stream has kept comes in its pieces, all in one turn.
    const isMoreToCome = chunk.length >= largestRead || this.#readable.readableLength > 0;
    this.#mayGoOn = isMoreToCome && !this.#isWaiting;
  }

  /** Hands over in this tick what waits; from now on nothing has to wait. */
  hurry(): void {
    this.#budget.lift();
    if (this.#isWaiting) this.#goOn();
  }

  /** Hands over what waits, and returns what came after the last line break. */
  finish(): Buffer {
    this.hurry();
    return this.#messages.takeRest();
  }

  #handle(goesOn: boolean): void {
    const wait = this.#budget.begin(goesOn);
    if (wait > 0) return this.#putOff(wait);
    while (this.#messages.next()) {
      if (!this.#listener.onNext(this.#messages)) return this.#end();
      if (this.#budget.spend()) return this.#putOff(0);
    }
    // Copying megabytes takes its time, too.
    if (this.#messages.isWithinFrame && this.#budget.isSpent()) return this.#putOff(0);
    const { tooLong } = this.#messages;
    if (tooLong === undefined) return;
    this.#end();
    this.#listener.onTooLong(tooLong);
  }

  #putOff(milliseconds: number): void {
    this.#isWaiting = true;
    this.pauses += 1;
    this.#readable.pause();
    const goOn = (): void => {
      if (this.#isWaiting) this.#goOn();
    };
    if (milliseconds === 0) setImmediate(goOn);
    else setTimeout(goOn, milliseconds);
  }

  #goOn(): void {
    this.#isWaiting = false;
    if (this.#isOver) return;
    this.#handle(false);
    if (!this.#isWaiting) this.#readable.resume();
  }

  #end(): void {
    this.#isOver = true;
  }
}

// What Node reads at once; after as much there may be more to read in the same turn.
const largestRead = 64 * 1024;
