import { stat } from 'node:fs/promises';
import { GreenroomError } from '../errors.ts';

/** An error for a module that can't be started until somebody changes something; `remedy` says what. */
export function invalidModule(
  name: string,
  problem: string,
  remedy: string,
  options: { data?: Record<string, unknown>; cause?: unknown } = {},
): GreenroomError {
  return new GreenroomError(
    'MODULE_INVALID',
    `Module ${name} can't be started: ${problem}. ${remedy}`,
    options,
  );
}

/** @throws {GreenroomError} `MODULE_INVALID` unless `folder` exists and is a folder. */
export async function checkWorkingFolder(name: string, folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return;
  throw invalidModule(
    name,
    found ? `its working folder ${folder} is not a folder` : `its working folder ${folder} doesn't exist`,
    'Create it, or set `cwd` to an existing folder.',
    { data: { cwd: folder } },
  );
}
