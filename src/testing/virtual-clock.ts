import type { Clock } from '../clock.ts';

/** A timer of a virtual clock that has neither fired nor been cleared. */
export interface VirtualTimer {
  /** Milliseconds, as `now()`. */
  readonly due: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still until it is turned: give it to `createManager({ clock })` or `createActor(machine, { clock })`. Unlike with
 * XState's `SimulatedClock`, timers that are started while it is turned fire too when their time is within.
 *
 * @example
 * const clock = new VirtualClock();
 * clock.setTimeout(() => console.log('a minute is over'), 60_000);
 * clock.advance(60_000);
 */
export class VirtualClock implements Clock {
  #now: number;
  readonly #timers = new Set<VirtualTimer>();

  /** `now`: what it shows at first, in milliseconds since the epoch; default 1 000 000. */
  constructor(now = 1_000_000) {
    this.#now = now;
  }

  // XState takes these three off the object they belong to.
  now = (): number => this.#now;

  setTimeout = (callback: () => void, milliseconds: number): VirtualTimer => {
    const timer = { due: this.#now + milliseconds, callback };
    this.#timers.add(timer);
    return timer;
  };

  clearTimeout = (timer: unknown): void => {
    this.#timers.delete(timer as VirtualTimer);
  };

  /** The timers that wait, the next one first. */
  get timers(): readonly VirtualTimer[] {
    return [...this.#timers].toSorted((a, b) => a.due - b.due);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Turns the clock on by so many milliseconds, from timer to timer. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.timers[0]; next !== undefined && next.due <= end; next = this.timers[0]) {
      this.fire(next);
    }
    this.#now = end;
  }

  /**
   * Fires one timer, the next one unless told otherwise, and turns the clock on to its time. Returns whether there was one; a timer that was cleared is none.
   */
  fire(timer: VirtualTimer | undefined = this.timers[0]): boolean {
    if (timer === undefined || !this.#timers.delete(timer)) return false;
    this.#now = Math.max(this.#now, timer.due);
    timer.callback();
    return true;
  }
}
