/** A place in line for a start slot, or the slot itself. */
export interface Ticket {
  /** Gives the slot back, or leaves the line. Idempotent. */
  release(): void;
}

/** How many processes may be starting at once. First come, first served. */
export class StartSlots {
  readonly total: number;
  readonly #holders = new Set<Ticket>();
  readonly #line = new Map<Ticket, () => void>();
  #isClosed = false;
  #isGranting = false;

  constructor(total: number) {
    this.total = total;
  }

  get held(): number {
    return this.#holders.size;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /** Asks for a slot; `onGranted` is called once, possibly at once. */
  request(onGranted: () => void): Ticket {
    const ticket: Ticket = {
      release: () => {
        this.#line.delete(ticket);
        if (this.#holders.delete(ticket)) this.#grant();
      },
    };
    this.#line.set(ticket, onGranted);
    this.#grant();
    return ticket;
  }

  /** From now on nobody gets a slot, whoever waits and whatever gets free. */
  close(): void {
    this.#isClosed = true;
  }

  // Who is granted a slot may release it at once, and so again: a loop, for as many of them as there may be.
  #grant(): void {
    if (this.#isGranting) return;
    this.#isGranting = true;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const [ticket, onGranted] = next;
      this.#line.delete(ticket);
      this.#holders.add(ticket);
      onGranted();
    }
    this.#isGranting = false;
  }

  #next(): [Ticket, () => void] | undefined {
    if (this.#isClosed || this.held >= this.total) return undefined;
    const [first] = this.#line;
    return first;
  }
}
