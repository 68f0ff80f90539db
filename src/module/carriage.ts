import type { Carriage } from '../ipc/bytes.ts';
import type { Channel } from '../ipc/channel.ts';
import { bytesSince } from '../native/versions.ts';

/** Reads from the host's `registered` how bytes travel from now on, and has the channel expect them. */
export function agreeOnBytes(registered: unknown, channel: Channel): Carriage {
  const { version } = registered as Record<string, unknown>;
  if (typeof version !== 'number' || version < bytesSince) return 'refused';
  if (channel.expectAttachments === undefined) return 'text';
  channel.expectAttachments();
  return 'attached';
}
