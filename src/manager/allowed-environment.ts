import { inspect } from 'node:util';
import { GreenroomError } from '../errors.ts';

/** The names of variables that are let through. @throws {GreenroomError} `OPTION_INVALID`. */
export function allowedFrom(names: readonly string[] = []): readonly string[] {
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw new GreenroomError(
    'OPTION_INVALID',
    `allowEnvironment must be a list of names of variables, but is ${inspect(names)}.`,
  );
}
