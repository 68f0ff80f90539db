import { GreenroomError } from '../errors.ts';

export function unmatched(folder: string): GreenroomError {
  return new GreenroomError(
    'STORE_UNREADABLE',
    `The files in ${folder} don't belong together: connections.json means secrets that secrets.json doesn't have. Nothing was changed. Open the store with \`restore: true\` to go on with the newest secrets there are, or bring both files from the same backup.`,
    { data: { folder } },
  );
}

export function inUse(folder: string): GreenroomError {
  return new GreenroomError(
    'STORE_IN_USE',
    `The store in ${folder} is open already, in another app or in this one. Close it there first, or give each app a folder of its own.`,
    { data: { folder } },
  );
}

/** The operating system says no. */
export function unreadable(folder: string, cause: unknown): GreenroomError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GreenroomError(
    'STORE_UNREADABLE',
    `The store in ${folder} can't be opened: ${why}. See to it that this app may read and write that folder.`,
    { data: { folder }, cause },
  );
}
