import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { GreenroomError } from '../errors.ts';
import type { Json } from '../ipc/channel.ts';
import { KeptFile } from './kept-file.ts';
import { type Contents, readContents, type Secrets } from './contents.ts';
import { type Lock, lockFolder } from './lock.ts';
import { inUse, unmatched, unreadable } from './refusals.ts';
import type { ConnectionStore, StoredConnection } from './store.ts';
import { createWriter, type Writer } from './writer.ts';

/** Where and how a store keeps its files. */
export interface FileStoreOptions {
  /** Made if it isn't there, for its owner only. One app at a time may use it. */
  readonly folder: string;
  /** Goes on with the previous copy of a file that is damaged, which is set aside. Default false: it is refused. */
  readonly restore?: boolean | undefined;
  /** Milliseconds between two writes; what is set meanwhile is written together. Default 50. */
  readonly pause?: number | undefined;
}

/**
 * A store in two files of a folder that only their owner may read, `connections.json` and `secrets.json`, each with a previous copy.
 * @throws {GreenroomError} As a rejection: `STORE_IN_USE` when it is open already, in whatever app; `STORE_UNREADABLE` when a file is damaged, from a newer version or can't be read. Nothing is changed then.
 * @example
 * const store = await openFileStore({ folder: 'data' });
 * await store.set('lamp', { label: 'Front lamp', config: { host: '10.0.0.7' } });
 */
export async function openFileStore(options: FileStoreOptions): Promise<ConnectionStore> {
  const folder = path.resolve(options.folder);
  const lock = await mkdir(folder, { recursive: true, mode: 0o700 })
    .then(() => lockFolder(folder))
    .catch((error: unknown) => {
      throw unreadable(folder, error);
    });
  if (lock === null) throw inUse(folder);
  try {
    return await openLocked(folder, lock, options);
  } catch (error) {
    await lock.release();
    throw error instanceof GreenroomError ? error : unreadable(folder, error);
  }
}

async function openLocked(folder: string, lock: Lock, options: FileStoreOptions): Promise<ConnectionStore> {
  const files: Files = {
    connections: new KeptFile(path.join(folder, 'connections.json'), 'connections'),
    secrets: new KeptFile(path.join(folder, 'secrets.json'), 'secrets'),
  };
  const restore = options.restore ?? false;
  const contents = readContents(
    await files.connections.read(restore),
    await files.secrets.read(restore),
    restore,
  );
  if (contents === null) throw unmatched(folder);
  const store = new FileStore(files, contents, lock, options.pause ?? 50);
  // What was put together from copies becomes what belongs together.
  if (restore) await store.write();
  return store;
}

interface Files {
  readonly connections: KeptFile;
  readonly secrets: KeptFile;
}

class FileStore implements ConnectionStore {
  readonly #files: Files;
  readonly #connections: Map<string, StoredConnection>;
  readonly #writer: Writer;
  readonly #lock: Lock;
  /** As the connections on disk mean them. */
  #secrets: Secrets;
  #closing: Promise<void> | null = null;
  #isChanged = false;

  constructor(files: Files, { connections, secrets }: Contents, lock: Lock, pause: number) {
    this.#files = files;
    this.#lock = lock;
    this.#connections = connections;
    this.#secrets = secrets;
    this.#writer = createWriter(() => this.#writeChanges(), pause);
  }

  all(): ReadonlyMap<string, StoredConnection> {
    return new Map(this.#connections);
  }

  get(id: string): StoredConnection | undefined {
    return this.#connections.get(id);
  }

  async set(id: string, change: StoredConnection): Promise<void> {
    this.#refuseClosed();
    this.#connections.set(id, { ...this.#connections.get(id), ...plain(id, change) });
    this.#isChanged = true;
    await this.#writer.write();
  }

  async remove(id: string): Promise<void> {
    this.#refuseClosed();
    this.#connections.delete(id);
    this.#isChanged = true;
    await this.#writer.write();
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    try {
      await this.#writer.write();
    } finally {
      await this.#lock.release();
    }
  }

  /** The secrets first, beside those that the connections on disk still mean: which of them count is said by the connections, in the moment they are replaced. */
  async write(): Promise<void> {
    const rows = [...this.#connections];
    try {
      const secrets = nextSecrets(this.#secrets, rows);
      if (secrets !== this.#secrets) await this.#files.secrets.write(secrets);
      const connections = Object.fromEntries(rows.map(([id, row]) => [id, { ...row, secrets: undefined }]));
      await this.#files.connections.write({ secretsRevision: secrets.revision, connections }, () => {
        this.#secrets = secrets;
      });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new GreenroomError(
        'STORE_WRITE_FAILED',
        `Connections could not be stored: ${why}. What was acknowledged before is on disk, the rest in memory only; it is written with the next change.`,
        { cause },
      );
    }
  }

  async #writeChanges(): Promise<void> {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    await this.write().catch((error: unknown) => {
      this.#isChanged = true;
      throw error;
    });
  }

  #refuseClosed(): void {
    if (this.#closing === null) return;
    throw new GreenroomError(
      'STORE_WRITE_FAILED',
      'This store is closed, so nothing can be changed in it. Open it again.',
    );
  }
}

function nextSecrets(before: Secrets, rows: readonly (readonly [string, StoredConnection])[]): Secrets {
  const entries = rows.flatMap(([id, { secrets }]) =>
    secrets === undefined ? [] : [[id, secrets] as const],
  );
  const now: Readonly<Record<string, Json>> = Object.fromEntries(entries);
  if (isDeepStrictEqual(now, before.now)) return before;
  return { revision: before.revision + 1, now, before: before.now };
}

/** A copy, as it will be read again. */
function plain(id: string, change: StoredConnection): StoredConnection {
  try {
    return JSON.parse(JSON.stringify(change)) as StoredConnection;
  } catch (cause) {
    throw new GreenroomError(
      'OPTION_INVALID',
      `Connection "${id}" can't be stored: ${cause instanceof Error ? cause.message : String(cause)}. Give plain JSON.`,
      { data: { connection: id }, cause },
    );
  }
}
