import { type FSWatcher, statSync, watch } from 'node:fs';
import path from 'node:path';

/** Which names in a folder matter; null for all. */
type Names = ReadonlySet<string> | null;

interface Watched {
  readonly identity: string;
  readonly watcher: FSWatcher;
  names: Names;
}

/** Watches folders for changes of the files in them. What can't be watched becomes a warning of the process. */
export class FolderWatch {
  readonly #silence: number;
  readonly #onChange: () => void;
  readonly #watched = new Map<string, Watched>();
  readonly #complainedOf = new Set<string>();
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  /** Calls `onChange` once for changes that come in a row: so many milliseconds after the last of them. */
  constructor(silence: number, onChange: () => void) {
    this.#silence = silence;
    this.#onChange = onChange;
  }

  /** Watches these instead. For one that isn't there the nearest folder above is watched until it comes; one that was made anew is watched anew. */
  follow(folders: readonly string[]): void {
    if (this.#isClosed) return;
    const wanted = placesOf(folders);
    for (const [folder, { identity }] of this.#watched)
      if (wanted.get(folder)?.identity !== identity) this.#drop(folder);
    for (const [folder, { identity, names }] of wanted) {
      const known = this.#watched.get(folder);
      if (known) known.names = names;
      else this.#add(folder, identity, names);
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const folder of this.#watched.keys()) this.#drop(folder);
  }

  #add(folder: string, identity: string, names: Names): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (isMeant(folder, name, this.#watched.get(folder)?.names ?? null)) this.#changed();
      });
      watcher.on('error', (error: NodeJS.ErrnoException) => this.#fail(folder, error));
      this.#watched.set(folder, { identity, watcher, names });
      this.#complainedOf.delete(folder);
      // Something may have come between the last look and this.
      this.#changed();
    } catch (error) {
      this.#fail(folder, error as NodeJS.ErrnoException);
    }
  }

  #fail(folder: string, error: NodeJS.ErrnoException): void {
    this.#drop(folder);
    // A folder that goes away is an error on some systems; that it did is the news.
    if (error.code === 'ENOENT' || error.code === 'EPERM') return this.#changed();
    if (!this.#complainedOf.has(folder)) complain(folder, error);
    this.#complainedOf.add(folder);
  }

  #changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, this.#silence).unref();
  }

  #drop(folder: string): void {
    this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
  }
}

/** News of the folder itself come under its own name. */
function isMeant(folder: string, name: string | null, names: Names): boolean {
  return names === null || name === null || names.has(name) || name === path.basename(folder);
}

interface Place {
  readonly folder: string;
  readonly identity: string;
  /** What is missing in it; null if nothing is. */
  readonly missing: string | null;
}

/** The folders to watch so that nothing of these is missed. */
function placesOf(folders: readonly string[]): Map<string, Pick<Watched, 'identity' | 'names'>> {
  const places = new Map<string, Pick<Watched, 'identity' | 'names'>>();
  for (const place of folders.map((folder) => nearest(path.resolve(folder)))) {
    if (place === null) continue;
    const { folder, identity, missing } = place;
    const known = places.get(folder);
    const isWhole = missing === null || known?.names === null;
    places.set(folder, { identity, names: isWhole ? null : new Set([...(known?.names ?? []), missing]) });
  }
  return places;
}

/** The folder itself, or the nearest above that is there; null if none is. */
function nearest(folder: string): Place | null {
  const identity = identityOf(folder);
  if (identity !== null) return { folder, identity, missing: null };
  const above = path.dirname(folder);
  const place = above === folder ? null : nearest(above);
  return place && { ...place, missing: place.missing ?? path.basename(folder) };
}

/** Differs for a folder that was made anew; its number alone may be given again. Null for what is no folder, or not ours to see. */
function identityOf(folder: string): string | null {
  try {
    const found = statSync(folder);
    return found.isDirectory() ? `${found.dev} ${found.ino} ${found.birthtimeMs}` : null;
  } catch {
    return null;
  }
}

function complain(folder: string, { message }: Error): void {
  process.emitWarning(
    `Changes of modules in ${folder} can't be noticed: ${message}. Call rescan() after a change.`,
    'GreenroomWarning',
  );
}
