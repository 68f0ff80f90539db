import { lstat, mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/**
 * The folders in which runs of this user are found, the one to write to first: `GREENROOM_RUNTIME_DIR` alone if it is set; else those that a
 * login gives, and those that a service without one uses.
 */
export function runtimeFolders(env: NodeJS.ProcessEnv = process.env): readonly [string, ...string[]] {
  const own = env['GREENROOM_RUNTIME_DIR'] ?? '';
  if (own !== '') return [path.resolve(own)];
  if (process.getuid === undefined)
    return [path.join(env['LOCALAPPDATA'] ?? os.homedir(), 'greenroom', 'runs')];
  return foldersOf(process.getuid(), env['XDG_RUNTIME_DIR'] ?? '');
}

function foldersOf(user: number, ofSession: string): readonly [string, ...string[]] {
  const temporary = path.join(os.tmpdir(), `greenroom-${user}`);
  const others = [`/run/user/${user}/greenroom`, `/tmp/greenroom-${user}`];
  const first = path.isAbsolute(ofSession) ? path.join(ofSession, 'greenroom') : temporary;
  return [first, ...new Set([temporary, ...others].filter((folder) => folder !== first))];
}

/**
 * Makes the folder if there is none, for this user alone.
 * @throws {Error} When it can't be made, or when others could read it or put something into it.
 */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const danger = await whyNotPrivate(folder);
  if (danger !== null) throw new Error(danger);
}

/** Why the folder isn't this user's alone, and what to do; null if it is. */
export async function whyNotPrivate(folder: string): Promise<string | null> {
  const stats = await lstat(folder);
  if (!stats.isDirectory()) return `${folder} is not a folder. Remove it.`;
  // Windows has no such modes; there the folder is inside of the profile.
  if (process.getuid === undefined) return null;
  if (stats.uid !== process.getuid()) return `${folder} belongs to somebody else. Have it removed.`;
  if ((stats.mode & 0o077) !== 0) return `${folder} is open to others. Close it: chmod 700 ${folder}`;
  return null;
}
