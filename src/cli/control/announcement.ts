import { rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onExit } from 'signal-exit';
import { makePrivateFolder, runtimeFolders } from './runtime-folder.ts';

/** What a run says of itself to the other commands of the same user. */
export interface Announcement {
  readonly pid: number;
  /** The file of connections it runs. */
  readonly file: string;
  /** Where its HTTP API is. */
  readonly url: string;
  readonly token: string;
  /** What its answers carry, and nobody else's. */
  readonly instance: string;
}

export const suffix = '.run.json';

/**
 * Writes the announcement into the runtime folder, readable for this user only; resolves with the path and with what removes it, which also
 * happens when the process ends.
 * @throws {Error} When it can't be written, or not safely.
 */
export async function announce(
  announcement: Announcement,
): Promise<{ readonly path: string; withdraw(): void }> {
  const [folder] = runtimeFolders();
  await makePrivateFolder(folder);
  const file = path.join(folder, `${announcement.instance}${suffix}`);
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, JSON.stringify(announcement), { mode: 0o600, flag: 'wx' });
  await rename(unfinished, file);
  const remove = (): void => rmSync(file, { force: true });
  const forgetExit = onExit(remove);
  return {
    path: file,
    withdraw() {
      forgetExit();
      remove();
    },
  };
}

/** The announcement in a text; null if it isn't one. */
export function announcementIn(text: string): Announcement | null {
  try {
    const { pid, file, url, token, instance } = JSON.parse(text) as Record<string, unknown>;
    const isValid =
      Number.isInteger(pid) && [file, url, token, instance].every((value) => typeof value === 'string');
    return isValid ? ({ pid, file, url, token, instance } as Announcement) : null;
  } catch {
    return null;
  }
}
