import { mostPieces } from './bytes.ts';
import { type Line, LineReader } from './line-reader.ts';

/**
 * Cuts a byte stream into lines, and, once attachments are expected, into lines with the bytes that follow them: `=3,20 {"type":…}` and 23 bytes. No more
 * is held than the longest frame allowed, its bytes included, and nothing is set aside for a length beyond that.
 */
export class FrameReader {
  readonly #lines: LineReader;
  readonly #longest: number;
  #body: Body | undefined;
  #tooLarge: Buffer | undefined;
  /** Of the line that `next` has just returned. */
  attachments: readonly Uint8Array[] | undefined;

  constructor(longest: number) {
    this.#longest = longest;
    this.#lines = new LineReader(longest);
  }

  /** The beginning of a frame that is too long, after which nothing can be read any more. */
  get tooLong(): Buffer | undefined {
    return this.#tooLarge ?? this.#lines.tooLong;
  }

  /** A frame has begun whose bytes haven't all come. */
  get isWithinFrame(): boolean {
    return this.#body !== undefined;
  }

  expectAttachments(): void {
    this.#lines.stopsAtMarks = true;
  }

  /** Takes the next chunk; to be called when `next` has nothing more to give. */
  feed(chunk: Buffer): void {
    this.#lines.feed(chunk);
  }

  /** Makes its own of what it hasn't read yet. */
  keep(): void {
    this.#lines.keep();
  }

  /** The next complete line, its attachments included; undefined when there is none, and always after `tooLong`. */
  next(): Line | undefined {
    this.attachments = undefined;
    if (this.#body !== undefined) return this.#complete(this.#body);
    const line = this.#tooLarge === undefined ? this.#lines.next() : undefined;
    if (!this.#lines.stopsAtMarks || line === undefined || !isMarked(line)) return line;
    return this.#begin(line);
  }

  /** What came after the last complete frame; afterwards nothing. */
  takeRest(): Buffer {
    if (this.#body === undefined) return this.#lines.takeRest();
    const { line } = this.#body;
    this.#body = undefined;
    return asBytes(line);
  }

  #begin(line: Line): Line | undefined {
    // What follows the lengths may be no UTF-8; the pieces come all the same, and must not be taken for frames.
    const header = announcement.exec(typeof line === 'string' ? line : line.toString('latin1'));
    const lengths = header?.[1]?.split(',').map(Number);
    // Without lengths it is a line like others, and no JSON.
    if (header === null || lengths === undefined) return line;
    const total = lengths.reduce((sum, length) => sum + length, Buffer.byteLength(line));
    if (total > this.#longest) {
      this.#tooLarge = asBytes(line);
      return undefined;
    }
    this.#body = { line: behind(line, header[0].length), lengths, pieces: [], filled: 0 };
    return this.#complete(this.#body);
  }

  #complete(body: Body): Line | undefined {
    const { line, lengths, pieces } = body;
    for (let length = lengths[pieces.length]; length !== undefined; length = lengths[pieces.length]) {
      body.filling ??= Buffer.allocUnsafeSlow(length);
      body.filled += this.#lines.takeBytes(body.filling.subarray(body.filled));
      if (body.filled < length) return undefined;
      // Not as a Buffer: what shows it as JSON would make a list of all its numbers.
      pieces.push(new Uint8Array(body.filling.buffer));
      body.filling = undefined;
      body.filled = 0;
    }
    this.#body = undefined;
    this.attachments = pieces;
    return line;
  }
}

interface Body {
  readonly line: Line;
  readonly lengths: readonly number[];
  readonly pieces: Uint8Array[];
  filling?: Buffer | undefined;
  filled: number;
}

const mark = '='.charCodeAt(0);
const announcement = new RegExp(`^=(\\d{1,15}(?:,\\d{1,15}){0,${mostPieces - 1}}) `);

function isMarked(line: Line): boolean {
  return (typeof line === 'string' ? line.charCodeAt(0) : line[0]) === mark;
}

/** Still there when its attachments have come. */
function behind(line: Line, at: number): Line {
  return typeof line === 'string' ? line.slice(at) : Buffer.from(line.subarray(at));
}

function asBytes(line: Line): Buffer {
  return typeof line === 'string' ? Buffer.from(line) : line;
}
