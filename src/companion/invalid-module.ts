import { GreenroomError } from '../errors.ts';

/** An error for a module folder that can't be started until somebody changes something; `remedy` says what. */
export function invalidModule(
  folder: string,
  problem: string,
  remedy: string,
  cause?: unknown,
): GreenroomError {
  return new GreenroomError(
    'MODULE_INVALID',
    `Companion module ${folder} can't be started: ${problem}. ${remedy}`,
    cause === undefined ? { data: { folder } } : { data: { folder }, cause },
  );
}
