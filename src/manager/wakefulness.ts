// Not the global: that is a getter, and calls look at the time.
import { performance } from 'node:perf_hooks';

/** How long this process slept: was stopped, suspended or blocked, so that its event loop didn't turn. */
export interface Wakefulness {
  /** Milliseconds of a clock that nobody sets. */
  now(): number;
  /** All the milliseconds slept so far, while somebody held on. */
  slept(): number;
  /** As `now`, without what was slept; it looks at the time once. */
  awake(): number;
  /** Somebody wants to know from now on; returns what ends that. Idempotent. */
  hold(): () => void;
}

/** How often the event loop shows that it turns. Milliseconds. */
const tick = 250;
/** A turn that comes later than this wasn't late by chance. Milliseconds. */
const tolerance = 250;

/** Watches the event loop as long as somebody holds on, with one timer that keeps no process alive. */
export function createWakefulness(now: () => number = () => performance.now()): Wakefulness {
  let holders = 0;
  let ticker: NodeJS.Timeout | undefined;
  let lastTurn = 0;
  let total = 0;
  const slept = (at = now()): number => {
    const late = ticker === undefined ? 0 : at - lastTurn - tick;
    return late > tolerance ? total + late : total;
  };
  const turn = (at = now()): void => {
    total = slept(at);
    lastTurn = at;
  };
  const release = (): void => {
    holders -= 1;
    if (holders > 0) return;
    turn();
    clearInterval(ticker);
    ticker = undefined;
  };
  return {
    now,
    slept,
    awake: (at = now()) => at - slept(at),
    hold() {
      holders += 1;
      if (ticker === undefined) {
        lastTurn = now();
        ticker = setInterval(() => turn(), tick).unref();
      }
      let isHeld = true;
      return () => {
        if (isHeld) release();
        isHeld = false;
      };
    },
  };
}
