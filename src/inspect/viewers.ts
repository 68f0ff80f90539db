import type { WebSocket } from 'ws';
import { strikeOut } from '../history/marked.ts';
import { Refusal } from '../http/answers.ts';
import type { Connection, Manager } from '../index.ts';
import type { Feed, Sight } from './feed.ts';
import { Viewer } from './viewer.ts';
import { Watch } from './watch.ts';

const mostViewers = 16;

/** What there is to watch, and within which bounds. */
export interface ViewersOptions {
  readonly manager: Manager;
  /** Texts that are struck out of everything, besides the secrets of the connections. */
  readonly secrets: readonly string[];
  /** How much may wait for one viewer: bytes. */
  readonly viewerBytes: number;
  /** Told of what should not have happened, for people. */
  warn(text: string): void;
}

/** Shows all who watch what the connections do. Without viewers nothing runs, and no connection makes inspection events. */
export class Viewers {
  readonly #options: ViewersOptions;
  readonly #viewers = new Set<Viewer>();
  readonly #watch: Watch;
  #hasFailed = false;

  constructor(options: ViewersOptions) {
    this.#options = options;
    this.#watch = new Watch(options.manager, strikeOut(options.secrets), {
      wants: (id) => [...this.#viewers].some((viewer) => viewer.wants(id)),
      found: (connection) => {
        for (const viewer of this.#viewers) viewer.meet(connection);
      },
      saw: (connection, sight) => this.#show(connection, sight),
      failed: (error) => this.#fail(error),
    });
  }

  /**
   * Refuses one more viewer than there may be.
   * @throws {Refusal} 503.
   */
  checkRoom(): void {
    if (this.#viewers.size < mostViewers) return;
    throw new Refusal(503, `${mostViewers} viewers are watching already.`, { 'retry-after': '10' });
  }

  /** Shows a viewer what the connections are like, and from then on what they do; `only` is the one connection it wants to see, null for all. */
  open(socket: WebSocket, feed: Feed, only: string | null): void {
    const viewer = new Viewer(socket, {
      feed,
      only,
      patience: this.#options.viewerBytes,
      introduce: (connection) =>
        this.#guarded(() => this.#watch.sightsOf(connection).flatMap((sight) => feed.frames(sight))),
      onDropped: (why) => this.#options.warn(why),
    });
    socket.on('close', () => this.#leave(viewer));
    this.#viewers.add(viewer);
    this.#watch.keepLooking();
    this.#watch.look();
    for (const connection of this.#watch.watched) viewer.meet(connection);
  }

  /** Ends all viewers. */
  end(): void {
    for (const viewer of this.#viewers) viewer.end();
    this.#viewers.clear();
    this.#watch.end();
  }

  #leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) this.#watch.end();
    else this.#watch.look();
  }

  #show(connection: Connection, sight: Sight): void {
    const framesOf = oncePerFeed((feed) => this.#guarded(() => feed.frames(sight)));
    for (const viewer of this.#viewers) {
      if (viewer.wants(connection.id)) viewer.tell(connection, framesOf(viewer.feed));
    }
  }

  /** A feed may be somebody else's: what it throws costs its viewers a sight, and nobody else anything. */
  #guarded(make: () => readonly string[]): readonly string[] {
    try {
      return make();
    } catch (error) {
      this.#fail(error);
      return [];
    }
  }

  /** Told once: what fails for one event may fail for each. */
  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#options.warn(`something could not be shown, and what else can't isn't told: ${text}`);
  }
}

function oncePerFeed(make: (feed: Feed) => readonly string[]): (feed: Feed) => readonly string[] {
  const made = new Map<Feed, readonly string[]>();
  return (feed) => {
    const frames = made.get(feed) ?? make(feed);
    made.set(feed, frames);
    return frames;
  };
}
