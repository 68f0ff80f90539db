import { Column } from './column.ts';

/** Configurations by number, each with the way it was first reached: a few whole numbers for each. */
export class Configurations {
  readonly #numbers = new Map<number | string, number>();
  readonly #parts: readonly Column[];
  readonly #parents = new Column();
  readonly #via = new Column();

  /** `actors`: how many parts a configuration has. */
  constructor(actors: number) {
    this.#parts = Array.from({ length: actors }, () => new Column());
  }

  get size(): number {
    return this.#parents.length;
  }

  /** The number of a configuration that was reached before. */
  find(parts: readonly number[]): number | undefined {
    return this.#numbers.get(keyOf(parts));
  }

  /** Takes down a new configuration: `via` leads to it from the configuration `parent`, which is -1 for the first. */
  add(parts: readonly number[], parent: number, via: number): number {
    const number = this.size;
    this.#numbers.set(keyOf(parts), number);
    for (const [actor, part] of this.#parts.entries()) part.push(parts[actor] as number);
    this.#parents.push(parent);
    this.#via.push(via);
    return number;
  }

  partsOf(number: number): number[] {
    return this.#parts.map((part) => part.at(number));
  }

  /** What led to a configuration, first things first. */
  wayTo(number: number): number[] {
    const way: number[] = [];
    for (let each = number; this.#parents.at(each) >= 0; each = this.#parents.at(each)) {
      way.push(this.#via.at(each));
    }
    return way.toReversed();
  }
}

function keyOf(parts: readonly number[]): number | string {
  const [first = 0, second = 0] = parts;
  return parts.length <= 2 ? first * 2 ** 24 + second : parts.join();
}
