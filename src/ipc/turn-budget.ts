import { performance } from 'node:perf_hooks';
import type { ChannelLimits } from './channel.ts';

/** How much of one channel may be read now, so that one that says too much slows nobody but itself. */
export class TurnBudget {
  readonly #milliseconds: number;
  readonly #perSecond: number;
  #began = 0;
  #second = Number.NEGATIVE_INFINITY;
  #inTurn = 0;
  #inSecond = 0;
  #isLifted = false;

  constructor({ turnMicroseconds, messagesPerSecond }: ChannelLimits) {
    this.#milliseconds = turnMicroseconds / 1000;
    this.#perSecond = messagesPerSecond;
  }

  /** From now on there is no limit. */
  lift(): void {
    this.#isLifted = true;
  }

  /** Reading begins, or goes on within the same turn. Returns how long it has to wait, in milliseconds; 0 if it may begin. */
  begin(goesOn = false): number {
    if (goesOn) return 0;
    this.#began = performance.now();
    this.#inTurn = 0;
    if (this.#began - this.#second >= 1000) {
      this.#second = this.#began;
      this.#inSecond = 0;
    }
    return this.#isLifted || this.#inSecond < this.#perSecond ? 0 : this.#second + 1000 - this.#began;
  }

  /** One more message was handled. True if the next has to wait. */
  spend(): boolean {
    this.#inTurn += 1;
    this.#inSecond += 1;
    if (this.#isLifted) return false;
    if (this.#inSecond >= this.#perSecond) return true;
    // Looking at the clock costs as much as a tenth of a message.
    return this.#inTurn % looksEvery === 0 && this.isSpent();
  }

  /** The time of this turn is over. */
  isSpent(): boolean {
    return !this.#isLifted && performance.now() - this.#began >= this.#milliseconds;
  }
}

const looksEvery = 8;
