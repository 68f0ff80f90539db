/** A thing with the number it got when it came. */
export type Numbered<T> = T & { readonly seq: number };

/** By what else than its number a ring is held to. */
interface Weighing<T> {
  readonly weigh?: (item: T) => number;
  readonly heaviest?: number;
}

/**
 * The newest of many things: at most so many, and at most so much of them by weight; the oldest give way.
 * A class: an object with accessors of its own takes half a kilobyte for its table of properties alone, and each connection has two.
 */
export class Ring<T extends object> {
  readonly #most: number;
  readonly #weigh: (item: T) => number;
  readonly #heaviest: number;
  #items: Numbered<T>[] = [];
  #first = 0;
  #weight = 0;
  #last = 0;

  constructor(most: number, { weigh = () => 0, heaviest = Number.POSITIVE_INFINITY }: Weighing<T> = {}) {
    this.#most = most;
    this.#weigh = weigh;
    this.#heaviest = heaviest;
  }

  /** Oldest first. */
  get all(): readonly Numbered<T>[] {
    return this.#items.slice(this.#first);
  }

  /** The number of the newest: 1, 2, 3 …; 0 if there was none. */
  get last(): number {
    return this.#last;
  }

  push(item: T): void {
    this.#last += 1;
    this.#items.push({ seq: this.#last, ...item });
    this.#weight += this.#weigh(item);
    while (this.#isTooMuch()) this.#dropOldest();
    // Cutting off the front each time would move the whole list each time.
    if (this.#first <= this.#most) return;
    this.#items = this.#items.slice(this.#first);
    this.#first = 0;
  }

  /** Those after the one of this number, oldest first; none was lost if the first of them is the next number. */
  after(seq: number): readonly Numbered<T>[] {
    return this.#items.slice(Math.max(this.#first, this.#items.length - Math.max(0, this.#last - seq)));
  }

  #isTooMuch(): boolean {
    const count = this.#items.length - this.#first;
    return count > this.#most || (this.#weight > this.#heaviest && count > 1);
  }

  #dropOldest(): void {
    this.#weight -= this.#weigh(this.#items[this.#first] as T);
    this.#first += 1;
  }
}
