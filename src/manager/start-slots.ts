import { availableParallelism } from 'node:os';
import { GreenroomError } from '../errors.ts';

/** A place in line for a start slot, or the slot itself. */
export interface Ticket {
  /** Goes before all who aren't preferred. Nothing else for who has the slot. */
  prefer(): void;
  /** Gives the slot back, or leaves the line. Idempotent. */
  release(): void;
}

/** By what more may start than the least. */
export interface Growth {
  /** The most at once, however idle the machine is. */
  readonly most: number;
  /** Calls back a little later with how many cores have idled meanwhile. */
  readonly measure: (onMeasured: (idleCores: number) => void) => void;
}

type Line = Map<Ticket, () => void>;

/** After so many preferred ones in a row it is another's turn. */
const patience = 4;

/** How many processes may be starting at once. First come, first served, and before them who is preferred. */
export class StartSlots {
  readonly #least: number;
  readonly #growth: Growth | undefined;
  readonly #holders = new Set<Ticket>();
  readonly #line: Line = new Map();
  readonly #preferred: Line = new Map();
  /** Below this, slots are granted. */
  #allowed: number;
  #preferredInARow = 0;
  #isClosed = false;
  #isGranting = false;
  #isMeasuring = false;

  /** With growth, slots are added while cores idle and somebody waits, taken back one by one while no core idles, and all when nobody waits any more. */
  constructor(least: number, growth?: Growth) {
    this.#least = least;
    this.#allowed = least;
    this.#growth = growth;
  }

  /** How many there are at the moment. Of those that are taken back each counts until who has it is done. */
  get total(): number {
    return Math.max(this.#allowed, this.held);
  }

  get held(): number {
    return this.#holders.size;
  }

  get waiting(): number {
    return this.#line.size + this.#preferred.size;
  }

  /** Asks for a slot; `onGranted` is called once, possibly at once. */
  request(onGranted: () => void): Ticket {
    const ticket: Ticket = {
      prefer: () => {
        if (this.#line.delete(ticket)) this.#preferred.set(ticket, onGranted);
      },
      release: () => {
        this.#line.delete(ticket);
        this.#preferred.delete(ticket);
        if (this.#holders.delete(ticket)) this.#grant();
      },
    };
    this.#line.set(ticket, onGranted);
    this.#grant();
    this.#measure();
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
    while (!this.#isClosed && this.held < this.#allowed && this.waiting > 0) {
      const line = this.#nextLine();
      const [[ticket, onGranted]] = line as unknown as [[Ticket, () => void]];
      line.delete(ticket);
      this.#holders.add(ticket);
      onGranted();
    }
    this.#isGranting = false;
  }

  #nextLine(): Line {
    const isTheirTurn = this.#preferredInARow < patience || this.#line.size === 0;
    const isPreferred = this.#preferred.size > 0 && isTheirTurn;
    this.#preferredInARow = isPreferred ? this.#preferredInARow + 1 : 0;
    return isPreferred ? this.#preferred : this.#line;
  }

  #measure(): void {
    if (this.#growth === undefined || this.#isMeasuring || this.#isClosed || this.waiting === 0) return;
    const { most, measure } = this.#growth;
    this.#isMeasuring = true;
    measure((idleCores) => {
      this.#isMeasuring = false;
      this.#resize(Math.round(idleCores), most);
      this.#grant();
      if (this.waiting === 0) this.#allowed = this.#least;
      this.#measure();
    });
  }

  /** More for the cores that idle beside those who start already; one less when none does. */
  #resize(idleCores: number, most: number): void {
    const wanted = idleCores > 0 ? this.total + idleCores : this.#allowed - 1;
    this.#allowed = Math.max(this.#least, Math.min(wanted, most));
  }
}

/** The slots of a manager: as many as its option says, else by how idle the machine is, if that is measured. Throws `OPTION_INVALID`. */
export function startSlotsFrom(
  option: number | undefined,
  measure: Growth['measure'] | undefined,
): StartSlots {
  const cores = availableParallelism();
  if (option === undefined) return new StartSlots(2 * cores, measure && { most: 8 * cores, measure });
  if (Number.isInteger(option) && option > 0) return new StartSlots(option);
  throw new GreenroomError(
    'OPTION_INVALID',
    `Manager: startSlots must be a whole number of at least 1, but is ${option}.`,
  );
}
