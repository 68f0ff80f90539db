import type { Launch } from '../process/protocol.ts';

/**
 * The environment in which a process of our own protocol learns who it is and where its channel is:
 * `GREENROOM_CONNECTION`, `GREENROOM_INCARNATION`, `GREENROOM_CHANNEL` and `GREENROOM_FRAME_BYTES`. Its token is not among them.
 */
export function identityEnvironment(channel: Launch['channel']): Launch['environment'] {
  return ({ connectionId, incarnation, frameBytes }) => ({
    GREENROOM_CONNECTION: connectionId,
    GREENROOM_INCARNATION: String(incarnation),
    GREENROOM_FRAME_BYTES: String(frameBytes),
    GREENROOM_CHANNEL: channel === 'lines' ? 'fd:3' : channel,
  });
}
