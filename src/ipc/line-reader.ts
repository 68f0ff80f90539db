/**
 * Cuts a byte stream into lines without ever holding more than the longest line allowed. Empty lines are skipped, CRLF
 * is tolerated, and characters may be split between chunks.
 */
export class LineReader {
  readonly #longest: number;
  /** The beginning of a line whose end hasn't come: the first `#length` bytes. */
  #begun: Buffer = Buffer.alloc(0);
  #length = 0;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /**
   * Hands over each complete line.
   * Returns the beginning of a line that is too long, after which nothing can be read any more.
   */
  read(chunk: Buffer, onLine: (line: Buffer) => void): Buffer | undefined {
    let from = 0;
    for (let to = chunk.indexOf(lineFeed); to !== -1; to = chunk.indexOf(lineFeed, from)) {
      const line = withoutReturn(this.#complete(chunk.subarray(from, to)));
      if (line.length > this.#longest) return line;
      if (line.length > 0) onLine(line);
      from = to + 1;
    }
    const rest = chunk.subarray(from);
    // One byte more, because the last one may turn out to be the return of a CRLF.
    if (this.#length + rest.length > this.#longest + 1) return this.#complete(rest.subarray(0, excerptBytes));
    this.#keep(rest);
    return undefined;
  }

  /** What came after the last line break; afterwards nothing. */
  takeRest(): Buffer {
    return withoutReturn(this.#complete(Buffer.alloc(0)));
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
const excerptBytes = 1000;

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === carriageReturn ? line.subarray(0, -1) : line;
}
