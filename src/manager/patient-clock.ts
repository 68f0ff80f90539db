import type { Clock } from '../clock.ts';

/** A timer that fires later than this was waited for by somebody who slept. Milliseconds. */
const tolerance = 1000;
/** How long whoever slept then still waits, to read what has arrived meanwhile. Milliseconds. */
const grace = 1000;

/**
 * A clock for a host that may be stopped, suspended or blocked: a timer that fires much too late waits a little longer, so that news which
 * arrived in time is read before somebody is judged for its absence.
 */
export function patientClock(clock: Clock, monotonic: () => number = () => performance.now()): Clock {
  return {
    now: () => clock.now(),
    elapsed: () => clock.elapsed?.() ?? clock.now(),
    setTimeout: (callback, milliseconds) => {
      const timer = { current: undefined as unknown };
      const due = monotonic() + milliseconds;
      timer.current = clock.setTimeout(() => {
        if (monotonic() - due < tolerance) return callback();
        timer.current = clock.setTimeout(callback, grace);
      }, milliseconds);
      return timer;
    },
    clearTimeout: (timer) => {
      // XState also clears timers that it never set.
      if (timer !== undefined) clock.clearTimeout((timer as { current: unknown }).current);
    },
  };
}
