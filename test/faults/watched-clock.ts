import { systemClock, type Clock } from '../../src/clock.ts';

/** The system's clock, which tells what is being waited for. */
export class WatchedClock implements Clock {
  readonly #pending = new Map<unknown, number>();

  /** The delays of all timers that were set and have neither fired nor been cleared, shortest first; milliseconds. */
  get pending(): number[] {
    return [...this.#pending.values()].toSorted((a, b) => a - b);
  }

  now(): number {
    return systemClock.now();
  }

  setTimeout(callback: () => void, milliseconds: number): unknown {
    const timer = systemClock.setTimeout(() => {
      this.#pending.delete(timer);
      callback();
    }, milliseconds);
    this.#pending.set(timer, milliseconds);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#pending.delete(timer);
    systemClock.clearTimeout(timer);
  }
}
