import type { Json } from '../ipc/channel.ts';

/** What outlives the app of one connection; what was never set is missing. */
export interface StoredConnection {
  /** What it runs, in the app's own words: a folder, or the id and version of a module in its registry. Nobody else reads it. */
  readonly module?: Json;
  readonly label?: string;
  readonly enabled?: boolean;
  readonly config?: Json;
  /** Kept apart from the rest, in a file that only its owner may read. */
  readonly secrets?: Json;
  /** The upgrade script of a Companion module that ran last on this config. */
  readonly upgradeIndex?: number;
}

/** Keeps connections. What one `set` changes is kept as a whole or not at all. */
export interface ConnectionStore {
  /** All connections by id, with changes that are still being written. */
  all(): ReadonlyMap<string, StoredConnection>;
  get(id: string): StoredConnection | undefined;
  /**
   * Changes the fields that are given and resolves when that is durable: what was acknowledged survives the end of the app at any moment.
   * Changes of one turn, and those made while others are being written, are written together.
   * @throws {GreenroomError} As a rejection: `OPTION_INVALID` for what isn't JSON; `STORE_WRITE_FAILED`: the change stays in memory and is written with the next one.
   */
  set(id: string, change: StoredConnection): Promise<void>;
  /** Forgets a connection; resolves and rejects as `set`. */
  remove(id: string): Promise<void>;
  /** Resolves when everything is durable. Rejects as `set`. In either case nothing is changed or written any more, and others may open it. */
  close(): Promise<void>;
}
