/** How long this process slept: was stopped, suspended or blocked, so that its event loop didn't turn. */
export interface Wakefulness {
  /** Milliseconds of a clock that nobody sets. */
  now(): number;
  /** All the milliseconds slept so far, while somebody held on. */
  slept(): number;
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
  const current = (): number => {
    const late = now() - lastTurn - tick;
    return late > tolerance ? late : 0;
  };
  const turn = (): void => {
    total += current();
    lastTurn = now();
  };
  const release = (): void => {
    holders -= 1;
    if (holders > 0) return;
    clearInterval(ticker);
    ticker = undefined;
  };
  return {
    now,
    slept: () => total + (ticker === undefined ? 0 : current()),
    hold() {
      holders += 1;
      if (ticker === undefined) {
        lastTurn = now();
        ticker = setInterval(turn, tick).unref();
      }
      let isHeld = true;
      return () => {
        if (isHeld) release();
        isHeld = false;
      };
    },
  };
}
