import type { Clock } from '../clock.ts';
import { longestTimer } from '../ipc/deadlines.ts';

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Milliseconds; 0 is off. */
  readonly interval: number;
  /** Resolves when the other side answered. */
  readonly ping: () => Promise<void>;
  /** A beat came and the ping before it is still unanswered. */
  readonly missed: () => void;
  /** The first answer after a miss. */
  readonly answered: () => void;
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
export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  return new Beats(options);
}

class Beats implements Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: unknown;
  /** Answers to pings of an earlier round come too late to matter. */
  #round = 0;
  #ping: 'none' | 'asked' | 'refused' | 'answered' = 'none';
  #hasMissed = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.interval === 0 || this.#ping !== 'none') return;
    this.#ask();
    this.#schedule();
  }

  stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#round += 1;
    this.#ping = 'none';
    this.#hasMissed = false;
  }

  #schedule(): void {
    const { clock, interval } = this.#options;
    const now = clock.now();
    const due = Math.min(nextBeat(now, interval), now + longestTimer);
    this.#timer = clock.setTimeout(() => this.#beat(due), due - now);
  }

  #beat(due: number): void {
    const { clock, interval, missed } = this.#options;
    const round = this.#round;
    const isLate = clock.now() - due >= interval;
    if (this.#ping !== 'answered' && !isLate) {
      this.#hasMissed = true;
      missed();
    }
    // Whoever hears of the miss may have stopped the heartbeat.
    if (round !== this.#round) return;
    if (this.#ping !== 'asked') this.#ask();
    this.#schedule();
  }

  #ask(): void {
    const round = this.#round;
    const settle = (outcome: 'answered' | 'refused') => (): void => {
      if (round === this.#round) this.#settle(outcome);
    };
    this.#ping = 'asked';
    this.#options.ping().then(settle('answered'), settle('refused'));
  }

  #settle(outcome: 'answered' | 'refused'): void {
    this.#ping = outcome;
    if (outcome === 'refused' || !this.#hasMissed) return;
    this.#hasMissed = false;
    this.#options.answered();
  }
}

/** An interval from now, or up to an eighth of it later: so that many hearts beat together, which costs a host less than each alone, and not all at once. */
function nextBeat(now: number, interval: number): number {
  const grid = interval / 8;
  // A timer is late by a moment, which isn't to add up.
  const lateness = Math.min(grid / 2, 50);
  return Math.ceil((now + interval - lateness) / grid) * grid;
}
