// Not the global: that is a getter, and calls look at the clock.
import { performance } from 'node:perf_hooks';

/** The time source of a manager and all its actors, so that tests can turn it by hand. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since any moment; unlike `now`, they never jump when somebody sets the clock. Default: `now`. */
  elapsed?(): number;
  /** Returns what `clearTimeout` takes. */
  setTimeout(callback: () => void, milliseconds: number): unknown;
  /** Takes anything, also undefined and what has fired. */
  clearTimeout(timer: unknown): void;
}

/** The time of the operating system. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
