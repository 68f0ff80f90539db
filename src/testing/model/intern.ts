/** Gives equal things the same small number: equal are those with the same key. */
export class Interned<Key, T> {
  readonly #numbers = new Map<Key, number>();
  readonly #things: T[] = [];

  /** The number of a thing; a thing seen for the first time gets the next one. */
  add(key: Key, thing: () => T): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#things.length;
    this.#numbers.set(key, number);
    this.#things.push(thing());
    return number;
  }

  at(number: number): T {
    return this.#things[number] as T;
  }

  get size(): number {
    return this.#things.length;
  }
}

/** Remembers what was computed for a number, at most so many results: then it begins anew. */
export function remembered<T>(most: number, compute: (key: number) => T): (key: number) => T {
  const results = new Map<number, T>();
  return (key) => {
    const known = results.get(key);
    if (known !== undefined) return known;
    if (results.size >= most) results.clear();
    const result = compute(key);
    results.set(key, result);
    return result;
  };
}
