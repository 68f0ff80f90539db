/** The newest of many things; the oldest give way. */
export interface Ring<T> {
  push(item: T): void;
  /** Oldest first. */
  readonly all: readonly Numbered<T>[];
  /** Those after the one of this number, oldest first; none was lost if the first of them is the next number. */
  after(seq: number): readonly Numbered<T>[];
  /** The number of the newest: 1, 2, 3 …; 0 if there was none. */
  readonly last: number;
}

/** A thing with the number it got when it came. */
export type Numbered<T> = T & { readonly seq: number };

/** By what else than its number a ring is held to. */
interface Weighing<T> {
  readonly weigh?: (item: T) => number;
  readonly heaviest?: number;
}

/** Keeps at most so many things, and at most so much of them by weight. */
export function createRing<T extends object>(most: number, weighing: Weighing<T> = {}): Ring<T> {
  return new Newest(most, weighing);
}

// A class: an object with accessors of its own takes half a kilobyte for its table of properties alone, and each connection has two.
class Newest<T extends object> implements Ring<T> {
  readonly #most: number;
  readonly #weighing: Weighing<T>;
  #items: Numbered<T>[] = [];
  #first = 0;
  #weight = 0;
  #last = 0;

  constructor(most: number, weighing: Weighing<T>) {
    this.#most = most;
    this.#weighing = weighing;
  }

  get all(): readonly Numbered<T>[] {
    return this.#items.slice(this.#first);
  }

  get last(): number {
    return this.#last;
  }

  push(item: T): void {
    this.#last += 1;
    this.#items.push({ seq: this.#last, ...item });
    this.#weight += this.#weightOf(item);
    while (this.#isTooMuch()) this.#dropOldest();
    // Cutting off the front each time would move the whole list each time.
    if (this.#first <= this.#most) return;
    this.#items = this.#items.slice(this.#first);
    this.#first = 0;
  }

  after(seq: number): readonly Numbered<T>[] {
    return this.#items.slice(Math.max(this.#first, this.#items.length - Math.max(0, this.#last - seq)));
  }

  #isTooMuch(): boolean {
    const count = this.#items.length - this.#first;
    const { heaviest = Number.POSITIVE_INFINITY } = this.#weighing;
    return count > this.#most || (this.#weight > heaviest && count > 1);
  }

  #dropOldest(): void {
    this.#weight -= this.#weightOf(this.#items[this.#first] as T);
    this.#first += 1;
  }

  #weightOf(item: T): number {
    return this.#weighing.weigh?.(item) ?? 0;
  }
}
