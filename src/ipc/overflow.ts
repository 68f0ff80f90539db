import { inspect } from 'node:util';
import { GreenroomError } from '../errors.ts';
import type { SendOptions } from './channel.ts';

/** @throws {GreenroomError} `OPTION_INVALID` for an overflow that no queue knows. */
export function checkOverflow(options: SendOptions | undefined): void {
  const overflow = options?.overflow;
  if (overflow === undefined || overflow === 'reject' || overflow === 'dropOldest') return;
  if (typeof overflow === 'object' && overflow !== null && 'coalesce' in overflow) return;
  throw new GreenroomError(
    'OPTION_INVALID',
    `The overflow of a notification must be 'reject', 'dropOldest' or { coalesce: a key }; got ${inspect(overflow)}.`,
  );
}
