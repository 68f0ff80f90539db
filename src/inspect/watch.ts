import type { InspectionEvent } from 'xstate';
import type { Connection, Manager } from '../index.ts';
import type { Sight } from './feed.ts';
import { sightIn, sightsOf } from './sights.ts';

/** How often it is looked for connections that were added without an order: milliseconds. */
const lookInterval = 250;

/** Who wants to see. */
export interface Audience {
  /** Whether somebody wants to see this connection. */
  wants(id: string): boolean;
  /** A connection is watched from now on. */
  found(connection: Connection): void;
  /** Something happened to one that is watched. */
  saw(connection: Connection, sight: Sight): void;
  /** Showing it failed, which is a bug here or in a feed. */
  failed(error: unknown): void;
}

/** Watches the actors of those connections of a manager that somebody wants to see, and no others: an actor nobody watches makes no inspection events. */
export class Watch {
  readonly #manager: Manager;
  readonly #audience: Audience;
  readonly #strikeOut: (text: string) => string;
  readonly #watched = new Map<Connection, () => void>();
  #stopLooking: (() => void) | null = null;

  /** `strikeOut` takes out of a text what the app marked. */
  constructor(manager: Manager, strikeOut: (text: string) => string, audience: Audience) {
    this.#manager = manager;
    this.#strikeOut = strikeOut;
    this.#audience = audience;
  }

  /** The connections that are being watched. */
  get watched(): Iterable<Connection> {
    return this.#watched.keys();
  }

  /** Watches whom the audience wants to see now, and nobody else. */
  look(): void {
    const wanted = new Set(this.#manager.connections.filter(({ id }) => this.#audience.wants(id)));
    for (const [connection, leave] of this.#watched) {
      if (wanted.has(connection)) continue;
      leave();
      this.#watched.delete(connection);
    }
    for (const connection of wanted) if (!this.#watched.has(connection)) this.#begin(connection);
  }

  /** Keeps looking for connections that are added and removed. */
  keepLooking(): void {
    if (this.#stopLooking !== null) return;
    const look = (): void => this.look();
    const timer = setInterval(look, lookInterval).unref();
    // An order is told before it is given: what it leads to is seen.
    const unsubscribe = this.#manager.on('order', look);
    this.#stopLooking = () => {
      clearInterval(timer);
      unsubscribe();
    };
  }

  /** Watches nobody any more. */
  end(): void {
    this.#stopLooking?.();
    this.#stopLooking = null;
    for (const leave of this.#watched.values()) leave();
    this.#watched.clear();
  }

  /** What there is to see of a connection now. */
  sightsOf(connection: Connection): Sight[] {
    return sightsOf(connection.actor, this.#redactionOf(connection));
  }

  #begin(connection: Connection): void {
    const redact = this.#redactionOf(connection);
    const next = (event: InspectionEvent): void => {
      // What an observer throws would hit whoever sent the event.
      try {
        const sight = sightIn(event, redact);
        if (sight !== null) this.#audience.saw(connection, sight);
      } catch (error) {
        this.#audience.failed(error);
      }
    };
    const subscription = connection.actor.system.inspect({ next });
    this.#watched.set(connection, () => subscription.unsubscribe());
    this.#audience.found(connection);
  }

  #redactionOf(connection: Connection): (text: string) => string {
    return (text) => this.#strikeOut(connection.redact(text));
  }
}
