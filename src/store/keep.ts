import type { Json } from '../ipc/channel.ts';
import type { ConnectionStore, StoredConnection } from './store.ts';

/** The part of a manager that is needed. */
export interface Announcer {
  on<N extends keyof Announced>(name: N, listener: (event: Announced[N]) => void): () => void;
}

interface Announced {
  readonly configSaved: { readonly connection: string; readonly config: unknown; readonly secrets: unknown };
  readonly message: { readonly connection: string; readonly name: string; readonly payload: unknown };
}

export interface KeepOptions {
  /** What a connection's module changed until now is durable. */
  readonly onKept?: ((connection: string) => void) | undefined;
  /** It isn't, and why; it is written with the next change. Default: a warning of the process. */
  readonly onFailed?: ((connection: string, error: Error) => void) | undefined;
}

/**
 * Stores what modules change themselves: config and secrets, and together with them the upgrade index of Companion modules. However often a module saves, it is written
 * as often as the store writes. What the app itself changes or removes, the app stores. Returns a function that ends it.
 * @example
 * const stop = keepConnections(manager, store, { onKept: (id) => console.log(id, 'is on disk') });
 */
export function keepConnections(
  manager: Announcer,
  store: ConnectionStore,
  options: KeepOptions = {},
): () => void {
  const { onKept, onFailed = warn } = options;
  const keep = (connection: string, change: StoredConnection): void => {
    store
      .set(connection, change)
      .then(
        () => onKept?.(connection),
        (error: Error) => onFailed(connection, error),
      )
      .catch((error: unknown) =>
        warn(connection, new Error(`A listener of what is stored threw: ${String(error)}`)),
      );
  };
  const stops = [
    manager.on('configSaved', ({ connection, config, secrets }) =>
      keep(connection, { config: config as Json, secrets: secrets as Json }),
    ),
    // Told in the same turn as the config it belongs to, so that both are written together.
    manager.on('message', ({ connection, name, payload }) => {
      const upgradeIndex = name === 'companion.initialised' ? indexIn(payload) : undefined;
      if (upgradeIndex !== undefined && upgradeIndex !== store.get(connection)?.upgradeIndex)
        keep(connection, { upgradeIndex });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function indexIn(payload: unknown): number | undefined {
  const { newUpgradeIndex } = (payload ?? {}) as { readonly newUpgradeIndex?: unknown };
  return typeof newUpgradeIndex === 'number' ? newUpgradeIndex : undefined;
}

function warn(connection: string, error: Error): void {
  process.emitWarning(`Connection "${connection}": ${error.message}`, 'GreenroomWarning');
}
