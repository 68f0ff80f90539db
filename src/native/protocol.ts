import type { Protocol } from '../process/protocol.ts';
import { createSession } from './session.ts';

/** Our own protocol, described in `docs/protocol.md`. */
export function nativeProtocol(): Protocol {
  return { name: 'greenroom', open: createSession };
}
