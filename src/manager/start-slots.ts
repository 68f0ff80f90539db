import { availableParallelism } from 'node:os';
import { GreenroomError } from '../errors.ts';

/** A place in line for a start slot, or the slot itself. */
export interface Ticket {
  /** Gives the slot back, or leaves the line. Idempotent. */
  release(): void;
}

interface Waiting {
  readonly onGranted: () => void;
  readonly isUrgent: () => boolean;
}

/** By what more are let in than the least. */
export interface Measure {
  /** The most at once, however idle the machine is. */
  readonly most: number;
  /** How many cores idled since it was asked before. */
  readonly idleCores: () => number;
}

/** Milliseconds between two looks at the processors, while somebody waits. */
const interval = 100;
/** Every so many in a row who are urgent, one who isn't gets the slot. */
const patience = 4;

/** How many processes may be starting at once. First come, first served, and before them whom somebody waits for. */
export class StartSlots {
  readonly #least: number;
  readonly #measure: Measure | undefined;
  readonly #holders = new Set<Ticket>();
  readonly #line = new Map<Ticket, Waiting>();
  #total: number;
  #urgentInARow = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isGranting = false;

  /** With a measure, slots are added while processors idle and somebody waits, and taken back when they don't. */
  constructor(least: number, measure?: Measure) {
    this.#least = least;
    this.#total = least;
    this.#measure = measure;
  }

  get total(): number {
    return this.#total;
  }

  get held(): number {
    return this.#holders.size;
  }

  get waiting(): number {
    return this.#line.size;
  }

  /** Asks for a slot; `onGranted` is called once, possibly at once. `isUrgent` is asked whenever a slot is free: default no. */
  request(onGranted: () => void, isUrgent: () => boolean = () => false): Ticket {
    const ticket: Ticket = {
      release: () => {
        this.#line.delete(ticket);
        if (this.#holders.delete(ticket)) this.#grant();
      },
    };
    this.#line.set(ticket, { onGranted, isUrgent });
    this.#grant();
    this.#lookLater();
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
      const [ticket, { onGranted }] = next;
      this.#line.delete(ticket);
      this.#holders.add(ticket);
      onGranted();
    }
    this.#isGranting = false;
  }

  #next(): [Ticket, Waiting] | undefined {
    if (this.#isClosed || this.held >= this.total) return undefined;
    const [first] = this.#line;
    const urgent = this.#urgentInARow < patience ? this.#firstUrgent() : undefined;
    this.#urgentInARow = urgent === undefined ? 0 : this.#urgentInARow + 1;
    return urgent ?? first;
  }

  #firstUrgent(): [Ticket, Waiting] | undefined {
    for (const waiting of this.#line) if (waiting[1].isUrgent()) return waiting;
    return undefined;
  }

  #lookLater(): void {
    if (this.#measure === undefined || this.#timer !== undefined || this.waiting === 0 || this.#isClosed)
      return;
    // What idled before anybody waited says nothing.
    this.#measure.idleCores();
    this.#timer = setTimeout(() => this.#look(this.#measure as Measure), interval).unref();
  }

  #look({ most, idleCores }: Measure): void {
    this.#timer = undefined;
    const idle = Math.round(idleCores());
    const wanted = idle > 0 && this.waiting > 0 ? this.#total + idle : Math.min(this.#total, this.held);
    this.#total = Math.max(this.#least, Math.min(wanted, most));
    this.#grant();
    this.#lookLater();
  }
}

/** The slots of a manager: as many as its option says, or by what the processors do. Throws `OPTION_INVALID`. */
export function startSlotsFrom(
  option: number | undefined,
  idleCores: (() => number) | undefined,
): StartSlots {
  const cores = availableParallelism();
  if (option === undefined) return new StartSlots(2 * cores, idleCores && { most: 8 * cores, idleCores });
  if (Number.isInteger(option) && option > 0) return new StartSlots(option);
  throw new GreenroomError(
    'OPTION_INVALID',
    `Manager: startSlots must be a whole number of at least 1, but is ${option}.`,
  );
}
