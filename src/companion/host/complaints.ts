import type { Clock } from '../../clock.ts';
import { createPace } from './pace.ts';

/** Tells what goes wrong again and again once a second at most. */
export interface Complaints {
  /** Told at the end of this turn, or together with others when their time has come: the last of them, with how many they were. */
  add(error: unknown): void;
  /** Tells what wasn't told yet. */
  end(): void;
}

/** Milliseconds between two that are told at least. */
const interval = 1000;

export function createComplaints(clock: Clock, tell: (error: unknown) => void): Complaints {
  let last: unknown;
  let count = 0;
  const tellAll = (): void => {
    if (count === 0) return;
    const error = count === 1 ? last : several(last, count);
    [last, count] = [undefined, 0];
    tell(error);
  };
  const pace = createPace(interval, clock, tellAll);
  return {
    add(error) {
      last = error;
      count++;
      pace.ask();
    },
    end() {
      pace.stop();
      tellAll();
    },
  };
}

function several(last: unknown, count: number): Error {
  const message = last instanceof Error ? last.message : String(last);
  return new Error(`${message} (the last of ${count} problems of this kind within a second)`, {
    cause: last,
  });
}
