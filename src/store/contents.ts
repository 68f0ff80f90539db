import type { Json } from '../ipc/channel.ts';
import type { StoredConnection } from './store.ts';

type ById<V> = Readonly<Record<string, V>>;

/** The newest secrets, and those before, which count while the connections on disk are still those before. */
export interface Secrets {
  readonly revision: number;
  readonly now: ById<Json>;
  readonly before: ById<Json>;
}

/** What is in a store. */
export interface Contents {
  readonly connections: Map<string, StoredConnection>;
  readonly secrets: Secrets;
}

interface Connections {
  readonly secretsRevision: number;
  readonly connections: ById<StoredConnection>;
}

/** Puts both files together; null when they don't belong together. With `restore` the newest secrets do for any connections. */
export function readContents(connections: unknown, secrets: unknown, restore: boolean): Contents | null {
  const { secretsRevision, connections: rows } = (connections ?? none) as Connections;
  const meant = meantBy(secretsRevision, (secrets ?? noSecrets) as Secrets, restore);
  if (meant === null) return null;
  const merged = Object.entries(rows).map(([id, row]) => {
    const own = Object.hasOwn(meant.now, id) ? meant.now[id] : undefined;
    return [id, own === undefined ? row : { ...row, secrets: own }] as const;
  });
  return { connections: new Map(merged), secrets: meant };
}

const none: Connections = { secretsRevision: 0, connections: {} };
const noSecrets: Secrets = { revision: 0, now: {}, before: {} };

/** Secrets whose connections never came to disk are those of nobody: the next ones take their revision. */
function meantBy(revision: number, kept: Secrets, restore: boolean): Secrets | null {
  if (kept.revision === revision) return kept;
  if (kept.revision === revision + 1) return { revision, now: kept.before, before: kept.before };
  return restore ? kept : null;
}
