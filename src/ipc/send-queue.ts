import { type Batch, BatchBuilder } from './batch.ts';
import type { ChannelLimits, Overflow } from './channel.ts';
import { announcementOf } from './frame.ts';
import { Outbox } from './outbox.ts';
import type { Parcel, Piece } from './parcel.ts';

/** The frames that wait for the pipe, within limits, and what gives way when these are reached. */
export class SendQueue {
  readonly outbox: Outbox;
  #waiting: Parcel[] = [];
  /** Those before this place in the list are given to the pipe already. */
  #next = 0;
  /** Those before this place can't be dropped. */
  #firstDroppable = 0;
  #gaps = 0;
  #droppable = 0;
  #droppableBytes = 0;
  readonly #byKey = new Map<string, Parcel>();
  waitingBytes = 0;
  dropped = 0;
  coalesced = 0;

  constructor(limits: ChannelLimits) {
    this.outbox = new Outbox(limits);
  }

  get isEmpty(): boolean {
    return this.#next === this.#waiting.length;
  }

  /** @throws {GreenroomError} `QUEUE_FULL`. */
  add(parcel: Parcel): void {
    const { overflow, bytes } = parcel;
    if (overflow !== 'reject') this.#makeRoom(overflow, bytes);
    parcel.number = this.outbox.accept(bytes);
    this.#waiting.push(parcel);
    this.waitingBytes += bytes;
    if (typeof overflow === 'object') this.#byKey.set(overflow.coalesce, parcel);
    if (overflow === 'dropOldest') this.#countDroppable(1, bytes);
  }

  /** Takes the next frames out, at least one and no more than fit one write; none if nothing waits. */
  takeBatch(mostBytes: number): Batch | undefined {
    const first = this.#peek();
    if (first === undefined) return undefined;
    const batch = new BatchBuilder(first.isListed);
    for (
      let next: Parcel | undefined = first;
      next !== undefined && batch.fits(next, mostBytes);
      next = this.#peek()
    ) {
      this.#next += 1;
      this.#forget(next);
      if (hasChanged(next)) this.#lose(next);
      else batch.add(next);
    }
    this.waitingBytes -= batch.bytes;
    this.#tidy();
    return batch.finish();
  }

  /** All that waits, for somebody who writes it himself; afterwards nothing waits. */
  takeAll(mostBytes = Infinity): readonly Piece[] {
    const pieces: Piece[] = [];
    for (let batch = this.takeBatch(mostBytes); batch !== undefined; batch = this.takeBatch(mostBytes))
      pieces.push(...batch.pieces);
    this.abandon();
    return pieces;
  }

  /** Nothing that waits will be written. */
  abandon(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#gaps = 0;
    this.waitingBytes = 0;
    this.#droppable = 0;
    this.#droppableBytes = 0;
    this.#byKey.clear();
    this.outbox.abandon();
  }

  #lose(waiting: Parcel): void {
    this.waitingBytes -= waiting.bytes;
    this.outbox.drop(waiting.bytes);
    waiting.attached?.onChanged();
  }

  #makeRoom(overflow: Overflow, bytes: number): void {
    if (typeof overflow === 'object') return this.#replace(overflow.coalesce, bytes);
    // Nothing is lost for a message that is refused after all.
    if (!this.outbox.fits(bytes - this.#droppableBytes, this.#droppable)) return;
    while (!this.outbox.fits(bytes)) {
      const oldest = this.#oldestDroppable();
      if (oldest === undefined) return;
      this.dropped += 1;
      this.#drop(oldest);
    }
  }

  #replace(key: string, bytes: number): void {
    const older = this.#byKey.get(key);
    if (older === undefined || !this.outbox.fits(bytes - older.bytes, 1)) return;
    this.coalesced += 1;
    this.#drop(older);
  }

  #oldestDroppable(): Parcel | undefined {
    this.#firstDroppable = Math.max(this.#firstDroppable, this.#next);
    for (; ; this.#firstDroppable += 1) {
      const waiting = this.#waiting[this.#firstDroppable];
      if (waiting === undefined) return undefined;
      if (!waiting.isDropped && waiting.overflow === 'dropOldest') return waiting;
    }
  }

  #drop(waiting: Parcel): void {
    waiting.isDropped = true;
    this.#gaps += 1;
    this.waitingBytes -= waiting.bytes;
    this.#forget(waiting);
    this.outbox.drop(waiting.bytes);
    if (this.#gaps > 64 && this.#gaps > this.#waiting.length / 2) this.#compact();
  }

  #peek(): Parcel | undefined {
    while (this.#waiting[this.#next]?.isDropped === true) {
      this.#next += 1;
      this.#gaps -= 1;
    }
    return this.#waiting[this.#next];
  }

  #countDroppable(messages: number, bytes: number): void {
    this.#droppable += messages;
    this.#droppableBytes += bytes;
  }

  #forget(waiting: Parcel): void {
    const { overflow, bytes } = waiting;
    if (overflow === 'dropOldest') this.#countDroppable(-1, -bytes);
    if (typeof overflow === 'object' && this.#byKey.get(overflow.coalesce) === waiting)
      this.#byKey.delete(overflow.coalesce);
  }

  #tidy(): void {
    if (this.isEmpty || this.#next > 1024) this.#compact();
  }

  #compact(): void {
    this.#waiting = this.isEmpty ? [] : this.#waiting.slice(this.#next).filter(({ isDropped }) => !isDropped);
    this.#next = 0;
    this.#firstDroppable = 0;
    this.#gaps = 0;
  }
}

// A buffer can be shrunk, and is empty once it was transferred: bytes that are missing would be taken from the next frame.
function hasChanged({ text, attached }: Parcel): boolean {
  return attached !== undefined && !text.startsWith(announcementOf(attached.attachments));
}
