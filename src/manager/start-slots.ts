import { availableParallelism } from 'node:os';
import { GreenroomError } from '../errors.ts';
import { inThisTurn, type RunInTurn } from './in-this-turn.ts';

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

/** How many processes may be starting at once. First come, first served, but before them who is preferred, and after them who can wait. */
export class StartSlots {
  readonly #least: number;
  readonly #growth: Growth | undefined;
  readonly #inTurn: RunInTurn;
  readonly #holders = new Set<Ticket>();
  readonly #line: Line = new Map();
  readonly #preferred: Line = new Map();
  readonly #last: Line = new Map();
  /** Below this, slots are granted. */
  #allowed: number;
  #preferredInARow = 0;
  #isClosed = false;
  #isGranting = false;
  #isMeasuring = false;

  /**
   * In each of the turns one is granted: to start a process takes long enough that whatever else the host does shouldn't wait for two.
   * With growth, slots are added while cores idle and somebody waits, taken back one by one while no core idles, and all when nobody waits any more.
   */
  constructor(least: number, growth?: Growth, inTurn: RunInTurn = inThisTurn()) {
    this.#least = least;
    this.#allowed = least;
    this.#growth = growth;
    this.#inTurn = inTurn;
  }

  /** How many there are at the moment. Of those that are taken back each counts until who has it is done. */
  get total(): number {
    return Math.max(this.#allowed, this.held);
  }

  get held(): number {
    return this.#holders.size;
  }

  get waiting(): number {
    return this.#line.size + this.#preferred.size + this.#last.size;
  }

  /** Asks for a slot; `onGranted` is called once, in a turn of its own; with `canWait` only when nobody else waits. */
  request(onGranted: () => void, { canWait = false } = {}): Ticket {
    const line = canWait ? this.#last : this.#line;
    const ticket: Ticket = {
      prefer: () => {
        if (line.delete(ticket)) this.#preferred.set(ticket, onGranted);
      },
      release: () => {
        line.delete(ticket);
        this.#preferred.delete(ticket);
        if (this.#holders.delete(ticket)) this.#grant();
      },
    };
    line.set(ticket, onGranted);
    this.#grant();
    return ticket;
  }

  /** From now on nobody gets a slot, whoever waits and whatever gets free. */
  close(): void {
    this.#isClosed = true;
  }

  #grant(): void {
    if (this.#isGranting) return;
    if (!this.#mayGrant()) return this.#measure();
    this.#isGranting = true;
    this.#inTurn(() => {
      this.#isGranting = false;
      // Who waited may have left meanwhile.
      if (this.#mayGrant()) this.#grantNext();
      this.#grant();
    });
  }

  #grantNext(): void {
    const line = this.#nextLine();
    const [[ticket, onGranted]] = line as unknown as [[Ticket, () => void]];
    line.delete(ticket);
    this.#holders.add(ticket);
    onGranted();
  }

  #mayGrant(): boolean {
    return !this.#isClosed && this.held < this.#allowed && this.waiting > 0;
  }

  #nextLine(): Line {
    const isTheirTurn = this.#preferredInARow < patience || this.#line.size === 0;
    const isPreferred = this.#preferred.size > 0 && isTheirTurn;
    this.#preferredInARow = isPreferred ? this.#preferredInARow + 1 : 0;
    if (isPreferred) return this.#preferred;
    return this.#line.size > 0 ? this.#line : this.#last;
  }

  #measure(): void {
    if (this.#growth === undefined || this.#isMeasuring || this.#isClosed) return;
    if (this.waiting === 0) {
      this.#allowed = this.#least;
      return;
    }
    const { most, measure } = this.#growth;
    this.#isMeasuring = true;
    measure((idleCores) => {
      this.#isMeasuring = false;
      this.#resize(Math.round(idleCores), most);
      this.#grant();
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
  inTurn?: RunInTurn,
): StartSlots {
  const cores = availableParallelism();
  if (option === undefined) return new StartSlots(2 * cores, measure && { most: 8 * cores, measure }, inTurn);
  if (Number.isInteger(option) && option > 0) return new StartSlots(option, undefined, inTurn);
  throw new GreenroomError(
    'OPTION_INVALID',
    `Manager: startSlots must be a whole number of at least 1, but is ${option}.`,
  );
}
