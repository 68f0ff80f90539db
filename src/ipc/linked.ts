import type { Channel, ChannelLimits, ChannelListener, ChannelTraffic, Json } from './channel.ts';
import { channelClosed, encodeFrame } from './frame.ts';
import { Inbox } from './inbox.ts';
import { channelLimits } from './limits.ts';
import { Outbox, trafficOf } from './outbox.ts';

/**
 * Makes the two ends of a channel within one process, for tests and for modules that need no process. Messages
 * go through JSON and arrive in a later tick; those sent to an end that isn't started wait, and count as queued.
 * @throws {GreenroomError} `OPTION_INVALID` for a limit that is no number of at least 1.
 */
export function linkedChannels(limits?: Partial<ChannelLimits>): [Channel, Channel] {
  const all = channelLimits(limits);
  const here = new LinkedChannel(all);
  const there = new LinkedChannel(all);
  here.link(there);
  there.link(here);
  return [here, there];
}

class LinkedChannel implements Channel {
  readonly #limits: ChannelLimits;
  readonly #outbox: Outbox;
  readonly #inbox = new Inbox();
  #other: LinkedChannel | undefined;
  /** What the other end sent; the last entry is null when it closed. */
  #arrived: (Parcel | null)[] = [];
  #isStarted = false;
  #isOpen = true;
  #received = 0;

  constructor(limits: ChannelLimits) {
    this.#limits = limits;
    this.#outbox = new Outbox(limits);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  get traffic(): ChannelTraffic {
    return trafficOf(this.#outbox, this.#received);
  }

  link(other: LinkedChannel): void {
    this.#other = other;
  }

  start(listener: ChannelListener): void {
    this.#inbox.start(listener);
    this.#isStarted = true;
    this.#deliverSoon();
  }

  send(message: Json): void {
    if (!this.#isOpen) throw channelClosed();
    const { text, bytes } = encodeFrame(message, this.#limits.frameBytes);
    this.#outbox.accept(bytes);
    this.#other?.arrive({ text, onTaken: () => this.#outbox.take(bytes) });
  }

  flush(): Promise<void> {
    return this.#outbox.flushed();
  }

  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  hurry(): void {}

  close(): void {
    if (!this.#isOpen) return;
    this.#leave();
    this.#inbox.abandon();
    this.#other?.arrive(null);
  }

  arrive(parcel: Parcel | null): void {
    if (!this.#isOpen) return parcel?.onTaken();
    this.#arrived.push(parcel);
    if (this.#arrived.length === 1) this.#deliverSoon();
  }

  #deliverSoon(): void {
    if (this.#isStarted) process.nextTick(() => this.#deliver());
  }

  #deliver(): void {
    const parcels = this.#arrived;
    this.#arrived = [];
    for (const parcel of parcels) {
      parcel?.onTaken();
      this.#received += parcel === null ? 0 : 1;
      if (parcel !== null) this.#inbox.message(JSON.parse(parcel.text));
      else this.#end();
    }
  }

  #end(): void {
    this.#leave();
    this.#outbox.abandon();
    this.#inbox.end();
  }

  // Nobody takes what waits here any more, and the other end doesn't have to wait for it.
  #leave(): void {
    this.#isOpen = false;
    for (const parcel of this.#arrived.splice(0)) parcel?.onTaken();
  }
}

interface Parcel {
  readonly text: string;
  onTaken(): void;
}
