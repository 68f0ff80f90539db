import type { Clock } from '../../src/clock.ts';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that only moves when told to, from timer to timer. */
export class TurnedClock implements Clock {
  #now = 1_000_000;
  readonly #timers = new Set<Timer>();

  now = (): number => this.#now;

  setTimeout = (callback: () => void, milliseconds: number): Timer => {
    const timer = { due: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return timer;
  };

  clearTimeout = (timer: unknown): void => {
    this.#timers.delete(timer as Timer);
  };

  get pending(): number {
    return this.#timers.size;
  }

  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = next.due;
      next.callback();
    }
    this.#now = end;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due)[0];
  }
}
