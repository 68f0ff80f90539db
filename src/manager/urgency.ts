import type { Ticket } from './start-slots.ts';

/** Whether somebody has ordered a connection to start and waits for it: then it goes before those that start by themselves. */
export class Urgency {
  #isOrdered = false;
  #ticket: Ticket | undefined;

  /** Somebody ordered a start, or ordered that there be none. */
  ordered(isStart: boolean): void {
    this.#isOrdered = isStart;
    if (isStart) this.#ticket?.prefer();
  }

  /** It has its place in line. */
  waits(ticket: Ticket): void {
    this.#ticket = ticket;
    if (this.#isOrdered) ticket.prefer();
  }

  /** It starts. */
  over(): void {
    this.#isOrdered = false;
    this.#ticket = undefined;
  }
}
