import type { Scheduler } from 'fast-check';
import { VirtualClock } from '../../../src/testing/virtual-clock.ts';

/** Timers of at most this many milliseconds stand for something that is under way and ends at any time. */
const shortest = 5;

/** A virtual clock whose shortest timers are over when a scheduler of fast-check says so: in any order, whenever they were started. */
export class ScheduledClock extends VirtualClock {
  constructor(scheduler: Scheduler) {
    super();
    const start = this.setTimeout;
    this.setTimeout = (callback, milliseconds) => {
      const timer = start(callback, milliseconds);
      if (milliseconds <= shortest)
        void scheduler.schedule(Promise.resolve(), 'a completion').then(() => this.fire(timer));
      return timer;
    };
  }
}
