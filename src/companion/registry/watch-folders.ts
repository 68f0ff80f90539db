import { type FSWatcher, watch } from 'node:fs';
import path from 'node:path';

/** Watches folders for changes of the files in them. */
export interface FolderWatch {
  /** Watches these instead; what doesn't exist is left out until the next time. */
  follow(folders: readonly string[]): void;
  close(): void;
}

/** Calls `onChange` once for changes that come in a row: so many milliseconds after the last of them. */
export function watchFolders(silence: number, onChange: () => void): FolderWatch {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(onChange, silence).unref();
  };
  const drop = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const add = (folder: string): void => {
    try {
      const watcher = watch(folder, { persistent: false }, changed);
      // A folder that goes away is an error on some systems; that it did is the news.
      watcher.on('error', () => {
        drop(folder);
        changed();
      });
      watchers.set(folder, watcher);
    } catch {
      // It isn't there: the folder above tells when it comes.
    }
  };
  return {
    follow(folders) {
      const wanted = new Set(folders.map((folder) => path.resolve(folder)));
      for (const folder of watchers.keys()) if (!wanted.has(folder)) drop(folder);
      for (const folder of wanted) if (!watchers.has(folder)) add(folder);
    },
    close() {
      clearTimeout(timer);
      for (const folder of watchers.keys()) drop(folder);
    },
  };
}
