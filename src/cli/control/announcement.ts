import { readlinkSync, rmSync } from 'node:fs';
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
  /** Those of its process, in which its number and its address mean something; null or missing where there are none. */
  readonly namespaces?: string | null;
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
  const text = JSON.stringify({ namespaces: ownNamespaces(), ...announcement });
  await writeFile(unfinished, text, { mode: 0o600, flag: 'wx' });
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
    const { pid, file, url, token, instance, namespaces } = JSON.parse(text) as Record<string, unknown>;
    const isValid =
      Number.isInteger(pid) && [file, url, token, instance].every((value) => typeof value === 'string');
    return isValid ? ({ pid, file, url, token, instance, namespaces } as Announcement) : null;
  } catch {
    return null;
  }
}

/** Whether a process number and an address of a run mean the same here: a container and the like have their own. */
export function isOfHere({ namespaces }: Announcement): boolean {
  return typeof namespaces !== 'string' || namespaces === ownNamespaces();
}

function ownNamespaces(): string | null {
  try {
    return ['pid', 'net'].map((kind) => readlinkSync(`/proc/self/ns/${kind}`)).join(' ');
  } catch {
    // Linux alone has them.
    return null;
  }
}
