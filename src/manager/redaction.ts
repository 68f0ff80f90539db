/** Shorter texts would be found everywhere, and say nothing. */
const shortest = 4;
/** V8 makes no pattern of texts that are much longer. */
const longestInPattern = 10_000;
/** A connection whose secrets change for ever doesn't keep all those that it had. */
const mostEarlier = 1000;
/** A token is worth nothing when its process has ended, and what that wrote is kept of the last few only. */
const mostTokens = 20;

/** Knows what must not be seen of one connection, and strikes it out of texts. */
export class Redaction {
  #secrets = new Set<string>();
  readonly #earlier = new Set<string>();
  readonly #tokens = new Set<string>();
  #strikeOut: ((text: string) => string) | null = null;

  /** Hides every text and number in the secrets from now on, beside those that were in use before: old output still has them. */
  hide(secrets: unknown): void {
    keepLast(this.#earlier, this.#secrets, mostEarlier);
    this.#secrets = new Set([...textsIn(secrets)].filter((text) => text.length >= shortest));
    this.#strikeOut = null;
  }

  /** Hides what a process registers with. */
  hideToken(token: string): void {
    keepLast(this.#tokens, [token], mostTokens);
    this.#strikeOut = null;
  }

  /** The text with `[secret]` in place of whatever is hidden. */
  redact(text: string): string {
    this.#strikeOut ??= strikeOut(new Set([...this.#secrets, ...this.#earlier, ...this.#tokens]));
    return this.#strikeOut(text);
  }
}

/** Puts texts into a set, from which the oldest go. */
function keepLast(kept: Set<string>, texts: Iterable<string>, most: number): void {
  for (const text of texts) {
    kept.delete(text);
    kept.add(text);
  }
  for (const text of kept) {
    if (kept.size <= most) break;
    kept.delete(text);
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

/** Strikes out the longest first, since one secret may be the beginning of another. */
function strikeOut(hidden: ReadonlySet<string>): (text: string) => string {
  const texts = [...hidden].toSorted((a, b) => b.length - a.length);
  const long = texts.filter(({ length }) => length > longestInPattern);
  const pattern = patternOf(texts.slice(long.length));
  return (text) =>
    long.reduce((rest, each) => rest.replaceAll(each, '[secret]'), text).replaceAll(pattern, '[secret]');
}

function patternOf(texts: readonly string[]): RegExp {
  const escaped = texts.map((text) => text.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`));
  // An empty pattern would be found everywhere.
  return new RegExp(escaped.length === 0 ? '(?!)' : escaped.join('|'), 'g');
}
