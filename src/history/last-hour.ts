import type { Health } from './health.ts';

const minute = 60_000;
const minutes = 60;

/** From the best to the worst. */
const marks: Readonly<Record<Health, string>> = {
  off: '-',
  ok: 'o',
  changing: 'c',
  troubled: 't',
  down: 'd',
};
const order = ['.', ...Object.values(marks)];

/** What the last hour was like, minute by minute. */
export interface LastHour {
  /** From now on it is like this. */
  become(health: Health, at: number): void;
  /** Another process was started after the first. */
  restarted(at: number): void;
  /** 60 characters, the current minute last: the worst of each. `.` is not known, `-` off, `o` ok, `c` changing, `t` troubled, `d` down. */
  marks(now: number): string;
  /** How often it was started anew. */
  restarts(now: number): number;
}

/** Begins an hour; it takes the same room whatever happens in it. */
export function createLastHour(): LastHour {
  const worst: string[] = Array.from({ length: minutes }, () => '.');
  const starts: number[] = Array.from({ length: minutes }, () => 0);
  let current = '.';
  let latest = Number.NEGATIVE_INFINITY;
  const advance = (at: number): number => {
    const number = Math.floor(at / minute);
    // The clock was set back: what is known has times that are yet to come.
    if (number < latest - 1) {
      worst.fill('.');
      starts.fill(0);
      latest = number - 1;
    }
    for (let next = Math.max(latest + 1, number - minutes + 1); next <= number; next++) {
      worst[next % minutes] = current;
      starts[next % minutes] = 0;
    }
    latest = Math.max(latest, number);
    return latest % minutes;
  };
  return {
    become(health, at) {
      const index = advance(at);
      current = marks[health];
      worst[index] = worseOf(worst[index] ?? '.', current);
    },
    restarted(at) {
      const index = advance(at);
      starts[index] = (starts[index] ?? 0) + 1;
    },
    marks(now) {
      const index = advance(now);
      return [...worst.slice(index + 1), ...worst.slice(0, index + 1)].join('');
    },
    restarts(now) {
      advance(now);
      return starts.reduce((total, number) => total + number, 0);
    },
  };
}

function worseOf(a: string, b: string): string {
  return order.indexOf(a) > order.indexOf(b) ? a : b;
}
