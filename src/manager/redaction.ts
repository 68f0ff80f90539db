/** Shorter texts would be found everywhere, and say nothing. */
const shortest = 4;
/** A connection whose secrets change for ever doesn't keep them all. */
const mostKept = 1000;

/** Knows what must not be seen of one connection, and strikes it out of texts. */
export class Redaction {
  readonly #hidden = new Set<string>();
  #pattern: RegExp | null = null;

  /** Hides every text and number in a value, now and when the value is no longer in use: old output still has it. */
  hide(value: unknown): void {
    for (const text of textsIn(value)) {
      if (text.length < shortest || this.#hidden.has(text)) continue;
      this.#hidden.add(text);
      this.#pattern = null;
    }
    for (const text of this.#hidden) {
      if (this.#hidden.size <= mostKept) break;
      this.#hidden.delete(text);
    }
  }

  /** The text with `[secret]` in place of whatever is hidden. */
  redact(text: string): string {
    if (this.#hidden.size === 0) return text;
    this.#pattern ??= patternOf(this.#hidden);
    return text.replaceAll(this.#pattern, '[secret]');
  }
}

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield* spellings(value);
  else if (typeof value === 'number') yield String(value);
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) yield* textsIn(part);
}

/** As it is, line by line as output has it, and as it stands in JSON and in addresses. */
function spellings(text: string): string[] {
  if (isSpeltAlike.test(text)) return [text];
  return [text, ...text.split(/\r?\n/), JSON.stringify(text).slice(1, -1), inAddress(text)];
}

/** The same in a line, in JSON and in an address; most tokens are. */
const isSpeltAlike = /^[\w.-]*$/;

function inAddress(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a surrogate pair can't be in an address.
    return text;
  }
}

/** The longest first, since one secret may be the beginning of another. */
function patternOf(hidden: ReadonlySet<string>): RegExp {
  const texts = [...hidden].toSorted((a, b) => b.length - a.length);
  return new RegExp(
    texts.map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`)).join('|'),
    'g',
  );
}
