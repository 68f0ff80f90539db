import type { Clock } from '../clock.ts';

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Milliseconds; 0 is off. */
  readonly interval: number;
  /** Resolves when the other side answered. */
  ping(): Promise<void>;
  /** A beat came and the ping before it is still unanswered. */
  missed(): void;
  /** The first answer after a miss. */
  answered(): void;
}

export interface Heartbeat {
  /** Pings at once, then at each beat, one ping at a time. Idempotent. */
  start(): void;
  stop(): void;
}

/**
 * Asks regularly whether the other side still answers. A beat that comes a whole interval late says that this side was the one that slept
 * (suspended, stopped or blocked): it isn't counted, and the other side gets another interval to answer.
 */
export function createHeartbeat({ clock, interval, ping, missed, answered }: HeartbeatOptions): Heartbeat {
  let timer: unknown;
  let round = 0;
  let last: 'none' | 'asked' | 'refused' | 'answered' = 'none';
  let hasMissed = false;

  const ask = (): void => {
    const asked = round;
    const settled = (outcome: 'answered' | 'refused') => (): void => {
      if (asked !== round) return;
      last = outcome;
      if (outcome === 'refused' || !hasMissed) return;
      hasMissed = false;
      answered();
    };
    last = 'asked';
    ping().then(settled('answered'), settled('refused'));
  };
  const miss = (): void => {
    hasMissed = true;
    missed();
  };
  const beat = (due: number): void => {
    const startedIn = round;
    const isLate = clock.now() - due >= interval;
    if (last !== 'answered' && !isLate) miss();
    // Whoever hears of the miss may stop the heartbeat.
    if (startedIn !== round) return;
    if (last !== 'asked') ask();
    schedule();
  };
  const schedule = (): void => {
    const due = clock.now() + interval;
    timer = clock.setTimeout(() => beat(due), interval);
  };
  const stop = (): void => {
    clock.clearTimeout(timer);
    round += 1;
    last = 'none';
    hasMissed = false;
  };
  return {
    start() {
      if (interval === 0 || last !== 'none') return;
      ask();
      schedule();
    },
    stop,
  };
}
