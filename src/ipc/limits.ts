import { GreenroomError } from '../errors.ts';
import { type ChannelLimits, defaultChannelLimits } from './channel.ts';

/**
 * Fills in the defaults.
 * @throws {GreenroomError} `OPTION_INVALID` for a limit that is no number of at least 1.
 */
export function channelLimits(given: Partial<ChannelLimits> = {}): ChannelLimits {
  const limits = { ...defaultChannelLimits, ...given };
  for (const name of Object.keys(defaultChannelLimits) as (keyof ChannelLimits)[]) {
    if (limits[name] >= 1) continue;
    throw new GreenroomError(
      'OPTION_INVALID',
      `The limit ${name} of a channel must be a number, 1 or more; got ${String(limits[name])}.`,
      { data: { option: name } },
    );
  }
  return limits;
}
