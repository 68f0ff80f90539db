export { type FileStoreOptions, openFileStore } from './file-store.ts';
export { type Announcer, keepConnections, type KeepOptions } from './keep.ts';
export type { ConnectionStore, StoredConnection } from './store.ts';
