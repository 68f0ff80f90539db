/**
 * What belongs to ids that are given in turn and don't live long, such as those of calls. A `Map` does the same, but when it makes room for new entries its old table keeps
 * pointing to the new one: as soon as one of them is old enough for the garbage collector's old space, none of the calls after it is freed before the next full collection, which
 * doubled the CPU time of a call.
 */
export class IdTable<T> {
  #ids: number[] = Array.from({ length: smallest }, () => 0);
  #values: (T | undefined)[] = Array.from({ length: smallest });
  /** For ids that share a place with another one. */
  readonly #displaced = new Map<number, T>();
  size = 0;

  get(id: number): T | undefined {
    const at = this.#placeOf(id);
    return this.#ids[at] === id ? this.#values[at] : this.#displaced.get(id);
  }

  has(id: number): boolean {
    return this.#ids[this.#placeOf(id)] === id || this.#displaced.has(id);
  }

  /** The id must be a whole number above 0, and not be in the table. */
  add(id: number, value: T): void {
    this.size += 1;
    if (this.size > this.#ids.length / 2 && this.#ids.length < largest) this.#grow();
    this.#put(id, value);
  }

  /** Takes it out of the table; undefined if it wasn't there. */
  take(id: number): T | undefined {
    const at = this.#placeOf(id);
    if (this.#ids[at] !== id) return this.#displaced.size === 0 ? undefined : this.#takeDisplaced(id);
    const value = this.#values[at];
    this.#ids[at] = 0;
    this.#values[at] = undefined;
    this.size -= 1;
    return value;
  }

  clear(): void {
    this.#ids.fill(0);
    this.#values.fill(undefined);
    this.#displaced.clear();
    this.size = 0;
  }

  /** All there are now, in the order of their ids. */
  entries(): [number, T][] {
    const placed = this.#ids.flatMap((id, at): [number, T][] =>
      id === 0 ? [] : [[id, this.#values[at] as T]],
    );
    return [...placed, ...this.#displaced].toSorted(([a], [b]) => a - b);
  }

  #takeDisplaced(id: number): T | undefined {
    const value = this.#displaced.get(id);
    if (this.#displaced.delete(id)) this.size -= 1;
    return value;
  }

  // The length is a power of two.
  #placeOf(id: number): number {
    return id % this.#ids.length;
  }

  #put(id: number, value: T): void {
    const at = this.#placeOf(id);
    if (this.#ids[at] !== 0) {
      this.#displaced.set(id, value);
      return;
    }
    this.#ids[at] = id;
    this.#values[at] = value;
  }

  #grow(): void {
    const before = this.entries();
    const length = this.#ids.length * 4;
    this.#ids = Array.from({ length }, () => 0);
    this.#values = Array.from({ length });
    this.#displaced.clear();
    for (const [id, value] of before) this.#put(id, value);
  }
}

const smallest = 16;
const largest = 65_536;
