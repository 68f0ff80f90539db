import { defaultChannelLimits } from '../ipc/channel.ts';
import type { Protocol } from '../process/protocol.ts';
import { createSession } from './session.ts';

/** What modules are told of the host. */
export interface NativeProtocolOptions {
  /** The longest frame in bytes, as modules are told it; set it if the manager's `limits.frameBytes` isn't the default. Default 8 MiB. */
  readonly frameBytes?: number;
}

/** Our own protocol, described in `docs/protocol.md`. */
export function nativeProtocol(options: NativeProtocolOptions = {}): Protocol {
  const frameBytes = options.frameBytes ?? defaultChannelLimits.frameBytes;
  return { name: 'greenroom', open: (port) => createSession(port, { frameBytes }) };
}
