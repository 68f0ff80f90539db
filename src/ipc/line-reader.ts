import { isUtf8 } from 'node:buffer';

/** One line: its text, or its bytes where these aren't UTF-8. */
export type Line = string | Buffer;

/**
 * Cuts a byte stream into lines without ever holding more than one chunk and the longest line allowed. Empty lines are skipped, CRLF
 * is tolerated, and characters may be split between chunks.
 */
export class LineReader {
  readonly #longest: number;
  /** The beginning of a line whose end hasn't come: the first `#length` bytes. */
  #begun: Buffer = Buffer.alloc(0);
  #length = 0;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Whole lines of the chunk as text, up to `#at` of its bytes. */
  #text = '';
  #textAt = 0;
  /** Up to here in the chunk each line is looked at, because all of them together aren't text or are too long. */
  #oneByOneTo = 0;
  /** The beginning of a line that is too long, after which nothing can be read any more. */
  tooLong: Buffer | undefined;
  /** Nothing is read ahead of a line that begins with `=`, because bytes may follow it that are no lines. */
  stopsAtMarks = false;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Takes the next chunk; to be called when `next` has nothing more to give. */
  feed(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
    this.#oneByOneTo = 0;
  }

  /** Makes its own of what it hasn't read yet. */
  keep(): void {
    this.#chunk = Buffer.from(this.#chunk.subarray(this.#at));
    this.#oneByOneTo -= this.#at;
    this.#at = 0;
  }

  /** The next complete line; undefined when there is none, and always after `tooLong`. */
  next(): Line | undefined {
    for (;;) {
      const line = this.#textAt < this.#text.length ? this.#nextOfText() : this.#nextOfChunk();
      if (line === undefined || (line.length > 0 && line !== '\r')) return line;
    }
  }

  /** Fills this with what comes after the line that `next` has just returned, as far as it goes; returns how many bytes these were. */
  takeBytes(into: Buffer): number {
    const taken = this.#chunk.copy(into, 0, this.#at);
    this.#at += taken;
    return taken;
  }

  /** What came after the last line break; afterwards nothing. */
  takeRest(): Buffer {
    return withoutReturn(this.#complete(Buffer.alloc(0)));
  }

  #nextOfText(): string {
    const to = this.#text.indexOf('\n', this.#textAt);
    const line = this.#text.slice(this.#textAt, to);
    this.#textAt = to + 1;
    return line;
  }

  #nextOfChunk(): Line | undefined {
    if (this.tooLong !== undefined || this.#at === this.#chunk.length) return undefined;
    if (this.#length === 0 && this.#decodeAll()) return this.#nextOfText();
    const to = this.#chunk.indexOf(lineFeed, this.#at);
    if (to === -1) return this.#keepRest();
    const bytes = withoutReturn(this.#complete(this.#chunk.subarray(this.#at, to)));
    this.#at = to + 1;
    if (bytes.length <= this.#longest) return textOf(bytes) ?? bytes;
    this.tooLong = bytes;
    return undefined;
  }

  // One decoding for all lines of a chunk costs half of one for each; where a line may be too long or isn't text, each is looked at.
  #decodeAll(): boolean {
    if (this.#at < this.#oneByOneTo) return false;
    const end = this.stopsAtMarks ? this.#endBeforeMark() : this.#endOfLines();
    const isShort = end > this.#at && end - this.#at <= this.#longest;
    const text = isShort ? textOf(partOf(this.#chunk, this.#at, end)) : undefined;
    // To try it again after each line would take a module's time squared, and the host's.
    this.#oneByOneTo = end;
    if (text === undefined) return false;
    this.#text = text;
    this.#textAt = 0;
    this.#at = end;
    return true;
  }

  #endBeforeMark(): number {
    if (this.#chunk[this.#at] === mark) return this.#at;
    const at = this.#chunk.indexOf(markedLine, this.#at);
    return at === -1 ? this.#endOfLines() : at + 1;
  }

  // Most chunks end with a line.
  #endOfLines(): number {
    const { length } = this.#chunk;
    return this.#chunk[length - 1] === lineFeed ? length : this.#chunk.lastIndexOf(lineFeed) + 1;
  }

  #keepRest(): undefined {
    const rest = this.#chunk.subarray(this.#at);
    this.#at = this.#chunk.length;
    // One byte more, because the last one may turn out to be the return of a CRLF.
    if (this.#length + rest.length > this.#longest + 1)
      this.tooLong = this.#complete(rest.subarray(0, excerptBytes));
    else this.#keep(rest);
  }

  #complete(end: Buffer): Buffer {
    if (this.#length === 0) return end;
    this.#keep(end);
    const line = this.#begun.subarray(0, this.#length);
    this.#length = 0;
    this.#begun = Buffer.alloc(0);
    return line;
  }

  // One buffer that grows: a list of chunks would cost a hundred times the limit if they came byte by byte.
  #keep(bytes: Buffer): void {
    const length = this.#length + bytes.length;
    if (length > this.#begun.length) {
      const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.#begun.length));
      this.#begun.copy(larger, 0, 0, this.#length);
      this.#begun = larger;
    }
    bytes.copy(this.#begun, this.#length);
    this.#length = length;
  }
}

const lineFeed = 10;
const carriageReturn = 13;
const mark = 61;
const markedLine = Buffer.from('\n=');
const excerptBytes = 1000;

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}

function partOf(chunk: Buffer, from: number, to: number): Buffer {
  return from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to);
}

// Broken UTF-8 decodes to U+FFFD without a word, and would be taken for what the module meant.
function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString();
  return text.includes('\uFFFD') && !isUtf8(bytes) ? undefined : text;
}
