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

/** Keeps at most so many things, and at most so much of them by weight. */
export function createRing<T extends object>(
  most: number,
  {
    weigh = () => 0,
    heaviest = Number.POSITIVE_INFINITY,
  }: { weigh?: (item: T) => number; heaviest?: number } = {},
): Ring<T> {
  let items: Numbered<T>[] = [];
  let first = 0;
  let weight = 0;
  let last = 0;
  const isTooMuch = (): boolean => {
    const count = items.length - first;
    return count > most || (weight > heaviest && count > 1);
  };
  const dropOldest = (): void => {
    weight -= weigh(items[first] as T);
    first += 1;
  };
  return {
    push(item) {
      last += 1;
      items.push({ seq: last, ...item });
      weight += weigh(item);
      while (isTooMuch()) dropOldest();
      // Cutting off the front each time would move the whole list each time.
      if (first <= most) return;
      items = items.slice(first);
      first = 0;
    },
    get all() {
      return items.slice(first);
    },
    after: (seq) => items.slice(Math.max(first, items.length - Math.max(0, last - seq))),
    get last() {
      return last;
    },
  };
}
