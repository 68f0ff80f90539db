import { GreenroomError } from '../errors.ts';

/** How many calls of one other side are answered at once, so that one that only asks can't fill this side's memory. */
export const defaultMostAnswering = 1000;

/** What one call too many is answered with. */
export function tooManyAtOnce(name: string, most: number): GreenroomError {
  return new GreenroomError(
    'QUEUE_FULL',
    `Call "${name}" was not begun: ${most} calls of this side are being answered already, or were cancelled and their handlers go on. Wait for answers before you ask more.`,
    { data: { call: name, most } },
  );
}
