import { inspect } from 'node:util';
import { GreenroomError } from '../errors.ts';

/** Whether an app or a module may call something so. */
export function isOwnName(name: string): boolean {
  return typeof name === 'string' && name !== '' && !name.startsWith('$');
}

/** What whoever uses one of the protocol's own names is told. */
export function reservedName(name: string): GreenroomError {
  return new GreenroomError(
    'OPTION_INVALID',
    `A name must be a text that is not empty and doesn't start with $, which belongs to the protocol; it is ${inspect(name)}. Rename it.`,
  );
}
