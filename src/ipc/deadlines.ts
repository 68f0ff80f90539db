import type { Clock } from '../clock.ts';

/** Node turns a longer delay into 1 ms. */
export const longestTimer = 2 ** 31 - 1;

/** Whoever is told that the time is over. */
export interface DeadlineOwner {
  onTime(): void;
}

/** Something that has until then; made by `Deadlines.add`. */
export interface Deadline {
  readonly at: number;
  readonly owner: DeadlineOwner;
  readonly list: DeadlineList;
  before: Deadline | undefined;
  after: Deadline | undefined;
}

/**
 * Any number of deadlines under one timer of the clock: adding and taking away one that isn't the first costs a few assignments. The timer stays until it is due when the last deadline is
 * taken away, since to set it anew for each call that comes alone costs more than the rest of the call.
 */
export class Deadlines {
  readonly #clock: Clock;
  /** Deadlines of the same length come in the order they were added. */
  readonly #lists = new Map<number, DeadlineList>();
  #timer: unknown;
  #timerAt = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back once, after so many milliseconds, unless it is removed before. */
  add(milliseconds: number, owner: DeadlineOwner): Deadline {
    let list = this.#lists.get(milliseconds);
    if (list === undefined)
      this.#lists.set(milliseconds, (list = { length: milliseconds, first: undefined, last: undefined }));
    // A whole number needs no object of its own.
    const at = Math.ceil(this.#now() + milliseconds);
    const deadline: Deadline = { at, owner, list, before: list.last, after: undefined };
    if (list.last === undefined) list.first = deadline;
    else list.last.after = deadline;
    list.last = deadline;
    if (at < this.#timerAt) this.#wakeAt(at, milliseconds);
    return deadline;
  }

  /** To be called once for each that was added and hasn't come. */
  remove(deadline: Deadline): void {
    const { list, before, after } = deadline;
    if (before === undefined) list.first = after;
    else before.after = after;
    if (after === undefined) list.last = before;
    else after.before = before;
    // An old one that points to a young one keeps that alive, and all after it, until the next full collection.
    deadline.before = undefined;
    deadline.after = undefined;
    // One list is kept: nearly all calls have the same patience.
    if (list.first === undefined && this.#lists.size > 1) this.#lists.delete(list.length);
  }

  /** Without deadlines there is no timer any more, either. */
  rest(): void {
    if (this.#first() !== undefined || this.#timerAt === Infinity) return;
    this.#clock.clearTimeout(this.#timer);
    this.#timerAt = Infinity;
  }

  #wakeAt(at: number, milliseconds: number): void {
    if (this.#timerAt !== Infinity) this.#clock.clearTimeout(this.#timer);
    // Node fires a timer that is longer than this at once.
    const wait = Math.min(milliseconds, longestTimer);
    const timerAt = at - milliseconds + wait;
    this.#timerAt = timerAt;
    this.#timer = this.#clock.setTimeout(() => this.#wake(timerAt), wait);
  }

  #wake(timerAt: number): void {
    this.#timerAt = Infinity;
    // Timers and clocks count in their own milliseconds: one that fired is believed.
    const now = Math.max(this.#now(), timerAt);
    for (let next = this.#first(); next !== undefined && next.at <= now; next = this.#first()) {
      this.remove(next);
      next.owner.onTime();
    }
    const next = this.#first();
    if (next !== undefined && this.#timerAt > next.at) this.#wakeAt(next.at, next.at - now);
  }

  #now(): number {
    return this.#clock.elapsed?.() ?? this.#clock.now();
  }

  #first(): Deadline | undefined {
    let first: Deadline | undefined;
    for (const list of this.#lists.values())
      if (list.first !== undefined && (first === undefined || list.first.at < first.at)) first = list.first;
    return first;
  }
}

interface DeadlineList {
  readonly length: number;
  first: Deadline | undefined;
  last: Deadline | undefined;
}
