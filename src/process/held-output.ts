import type { Readable } from 'node:stream';

/** A buffer costs about so much beside its bytes. */
const perChunk = 128;

/** Reads what a process writes before it is known who will, and keeps it for whoever takes over. What doesn't fit any more stays in the pipe, and the process waits for that. */
export class HeldOutput {
  readonly #stream: Readable;
  readonly #hold: (chunk: Buffer) => void;
  readonly #held: Buffer[] = [];
  #bytes = 0;

  constructor(stream: Readable, mostBytes: number, onFull: () => void) {
    this.#stream = stream;
    this.#hold = (chunk) => {
      this.#held.push(chunk);
      this.#bytes += chunk.length + perChunk;
      if (this.#bytes <= mostBytes) return;
      stream.pause();
      onFull();
    };
    stream.on('data', this.#hold);
  }

  /** Whoever listens to the stream by now hears what was held, in this turn, and from now on everything as it comes. */
  takeOver(): void {
    this.#stream.off('data', this.#hold);
    // First, because who listens may slow it down.
    this.#stream.resume();
    // Nothing can be put back into a stream that has ended meanwhile.
    for (const chunk of this.#held.splice(0)) this.#stream.emit('data', chunk);
  }
}
