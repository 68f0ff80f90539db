import type { WebSocket } from 'ws';
import type { Connection } from '../index.ts';
import type { Feed } from './feed.ts';

/** So much may wait before who just came is shown the next connection: bytes. */
const portion = 262_144;
/** Viewers say that they are there, and no more than so much in a second. */
const mostHeard = 20;

/** What a viewer needs from outside. */
export interface ViewerOptions {
  readonly feed: Feed;
  /** The one connection it wants to see; null for all. */
  readonly only: string | null;
  /** How much may wait for it before it is dropped: bytes. */
  readonly patience: number;
  /** What there is to see of a connection now, in the words of its feed. */
  introduce(connection: Connection): Iterable<string>;
  /** It is dropped for this reason, which is for people. */
  onDropped(why: string): void;
}

/**
 * One who watches, at the other end of a WebSocket. Connections are introduced one by one as they are read, as they are then; only of those that were is it told
 * what happens. Nothing is kept for it but what the socket holds, and that within a bound.
 */
export class Viewer {
  readonly feed: Feed;
  readonly #socket: WebSocket;
  readonly #options: ViewerOptions;
  readonly #unknown = new Set<Connection>();
  readonly #known = new WeakSet<Connection>();
  #heard = { since: 0, times: 0 };

  constructor(socket: WebSocket, options: ViewerOptions) {
    this.feed = options.feed;
    this.#socket = socket;
    this.#options = options;
    const hear = (): void => this.#hear();
    socket.on('message', hear).on('ping', hear);
    // Who breaks the protocol is closed by `ws`, which tells why; there is nobody else to tell.
    socket.on('error', () => socket.terminate());
  }

  wants(id: string): boolean {
    return this.#options.only === null || this.#options.only === id;
  }

  /** There is a connection it may not know. */
  meet(connection: Connection): void {
    if (!this.wants(connection.id) || this.#known.has(connection)) return;
    this.#unknown.add(connection);
    this.#introduce();
  }

  /** Tells it what happened to a connection it knows; `frames` are the sight in the words of its feed. */
  tell(connection: Connection, frames: readonly string[]): void {
    if (this.#known.has(connection)) for (const frame of frames) this.#send(frame);
  }

  /** Ends it without waiting for the other side: a closing handshake nobody answers would keep the process. */
  end(): void {
    this.#socket.close(1001);
    this.#socket.terminate();
  }

  #introduce(): void {
    for (const connection of this.#unknown) {
      if (this.#socket.bufferedAmount > portion) return;
      this.#unknown.delete(connection);
      this.#known.add(connection);
      for (const frame of this.#options.introduce(connection)) this.#send(frame);
    }
  }

  #send(frame: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(frame, () => this.#introduce());
    if (this.#socket.bufferedAmount <= this.#options.patience) return;
    this.#drop(`a viewer has not read ${this.#socket.bufferedAmount} bytes and was dropped`);
  }

  #hear(): void {
    const now = performance.now();
    if (now - this.#heard.since > 1000) this.#heard = { since: now, times: 0 };
    this.#heard.times += 1;
    if (this.#heard.times > mostHeard) this.#drop('a viewer sent too many messages and was dropped');
  }

  #drop(why: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.terminate();
    this.#options.onDropped(why);
  }
}
