import type { Clock } from '../../clock.ts';

/** Calls something at a bounded rate. */
export interface Pace {
  /** It is to be called: at the end of this turn if it wasn't for a while, else when its time has come. */
  ask(): void;
  stop(): void;
}

/** Calls `run` once in so many milliseconds at most, however often it is asked for. */
export function createPace(interval: number, clock: Clock, run: () => void): Pace {
  const elapsed = (): number => clock.elapsed?.() ?? clock.now();
  let last = Number.NEGATIVE_INFINITY;
  let timer: unknown;
  let isAsked = false;
  const work = (): void => {
    if (!isAsked) return;
    isAsked = false;
    last = elapsed();
    run();
  };
  return {
    ask() {
      if (isAsked) return;
      isAsked = true;
      const rest = last + interval - elapsed();
      if (rest <= 0) queueMicrotask(work);
      else timer = clock.setTimeout(work, rest);
    },
    stop() {
      isAsked = false;
      clock.clearTimeout(timer);
    },
  };
}
