import type { Carriage } from '../ipc/bytes.ts';
import type { Channel } from '../ipc/channel.ts';
import { batchesSince, bytesSince } from '../native/versions.ts';

/** What host and module do, because both speak a version in which it may be done. */
export interface Agreement {
  /** How bytes travel. */
  readonly carriage: Carriage;
  /** Frames may be lists. */
  readonly short: boolean;
}

/** Before the host has answered. */
export const nothingAgreed: Agreement = { carriage: 'refused', short: false };

/** Reads it from the host's `registered`, and tells the channel what to expect. */
export function agree(registered: unknown, channel: Channel): Agreement {
  const { version } = registered as Record<string, unknown>;
  if (typeof version !== 'number' || version < bytesSince) return nothingAgreed;
  channel.expectAttachments?.();
  const short = version >= batchesSince && channel.expectBatches !== undefined;
  if (short) channel.expectBatches?.();
  return { carriage: channel.expectAttachments === undefined ? 'text' : 'attached', short };
}
