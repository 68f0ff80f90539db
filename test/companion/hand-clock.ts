import type { Clock } from '../../src/clock.ts';

/** A clock that stands still until it is turned. */
export function handClock() {
  let now = 0;
  let waiting: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    setTimeout: (run, milliseconds) => {
      const timer = { at: now + milliseconds, run };
      waiting.push(timer);
      return timer;
    },
    clearTimeout: (timer) => {
      waiting = waiting.filter((other) => other !== timer);
    },
  };
  const advance = (milliseconds: number): void => {
    now += milliseconds;
    const due = waiting.filter(({ at }) => at <= now);
    waiting = waiting.filter(({ at }) => at > now);
    for (const { run } of due) run();
  };
  return { clock, advance };
}
