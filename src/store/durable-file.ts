import { copyFile, link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Where the version of a file before the newest is kept. */
export function previousOf(file: string): string {
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}.previous${ext}`);
}

/** The content, or null if there is no such file; rejects with what else went wrong. */
export async function readIfThere(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
}

/**
 * Replaces a file, keeping the version before as its previous copy; it survives a power cut once its folder is flushed. At every moment the file is
 * either the old one or the new one, whole. One writer at a time: the name of the unfinished file is always the same, so none is left lying about.
 */
export async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const unfinished = `${file}.unfinished`;
  await rm(unfinished, { force: true });
  const handle = await open(unfinished, 'wx', mode);
  try {
    // Goes on until everything is written, where a single write may be cut short by a full disk.
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    // What was written may be the very last of the disk.
    await rm(unfinished, { force: true }).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
  try {
    await keepPrevious(file, unfinished);
    await rename(unfinished, file);
  } catch (error) {
    await Promise.allSettled([unfinished, copyOf(unfinished)].map((left) => rm(left, { force: true })));
    throw error;
  }
}

/** Flushes the names in a folder: only then is a new one durable, too. Windows opens no folders, and needs it for no rename. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems flush no folders: more can't be done there.
    if (!hasCode(error, 'EINVAL', 'ENOTSUP')) throw error;
  } finally {
    await handle.close();
  }
}

/** What tells whether somebody else replaced or changed a file; null if there is none. */
export async function markOf(file: string): Promise<string | null> {
  const found = await stat(file, { bigint: true }).catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  return found && `${found.ino} ${found.size} ${found.mtimeNs}`;
}

function copyOf(unfinished: string): string {
  return `${unfinished}.previous`;
}

async function keepPrevious(file: string, unfinished: string): Promise<void> {
  const copy = copyOf(unfinished);
  await rm(copy, { force: true });
  try {
    // Not every file system has links.
    await link(file, copy).catch((error: unknown) => {
      if (isMissing(error)) throw error;
      return copyFile(file, copy);
    });
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  await rename(copy, previousOf(file));
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
