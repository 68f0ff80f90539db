import { GreenroomError } from '../errors.ts';

/** Whether an app or a module may call something so. */
export function isOwnName(name: string): boolean {
  return name !== '' && !name.startsWith('$');
}

/** What whoever uses one of the protocol's own names is told. */
export function reservedName(name: string): GreenroomError {
  return new GreenroomError(
    'OPTION_INVALID',
    `A name must not be empty or start with $, which belongs to the protocol; it is "${name}". Rename it.`,
  );
}
