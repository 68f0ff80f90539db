import { type Clock, systemClock } from '../clock.ts';
import { createWakefulness, type Wakefulness } from './wakefulness.ts';

/** Whoever slept waits at least so long, or as long as the timer was set for, to read what has arrived meanwhile. Milliseconds. */
const grace = 1000;

/**
 * A clock for a host that may be stopped, suspended or blocked: time in which its event loop didn't turn counts for no timer, and hasn't elapsed. So nobody is judged
 * for what the host could not hear, or did not answer.
 */
export function patientClock(clock: Clock, wakefulness: Wakefulness = createWakefulness()): Clock {
  return {
    now: () => clock.now(),
    // Each call asks: the system's time is looked at once for both.
    elapsed:
      clock === systemClock
        ? () => wakefulness.awake()
        : () => (clock.elapsed?.() ?? clock.now()) - wakefulness.slept(),
    setTimeout: (callback, milliseconds) => new Timer(clock, wakefulness, callback).start(milliseconds),
    clearTimeout: (timer) => {
      // XState also clears timers that it never set.
      if (timer instanceof Timer) timer.clear();
    },
  };
}

class Timer {
  readonly #clock: Clock;
  readonly #wakefulness: Wakefulness;
  readonly #callback: () => void;
  readonly #release: () => void;
  #current: unknown;

  constructor(clock: Clock, wakefulness: Wakefulness, callback: () => void) {
    this.#clock = clock;
    this.#wakefulness = wakefulness;
    this.#callback = callback;
    this.#release = wakefulness.hold();
  }

  start(milliseconds: number): this {
    const wakefulness = this.#wakefulness;
    const [began, sleptBefore] = [wakefulness.now(), wakefulness.slept()];
    let least = Math.min(milliseconds, grace);
    const look = (): void => {
      const missed = wakefulness.slept() - sleptBefore;
      const left = began + milliseconds + missed - wakefulness.now();
      const wait = missed > 0 ? Math.max(left, least) : 0;
      // Once only: a host that stalls all the time must judge too.
      if (missed > 0) least = 0;
      if (wait > 0) this.#current = this.#clock.setTimeout(look, wait);
      else this.#fire();
    };
    this.#current = this.#clock.setTimeout(look, milliseconds);
    return this;
  }

  clear(): void {
    this.#release();
    this.#clock.clearTimeout(this.#current);
  }

  #fire(): void {
    this.#release();
    this.#callback();
  }
}
