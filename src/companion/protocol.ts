import type { Protocol } from '../process/protocol.ts';
import type { UpgradeIndexes } from './kept-config.ts';
import { CompanionSession, type SessionOptions } from './session.ts';

/** What a host decides about `init`, and knows of the module's base. */
export type CompanionProtocolOptions = SessionOptions;

/**
 * The Companion module API 0.5 to 1.14, spoken by modules on an unmodified `@companion-module/base`.
 * `companionModule` uses it; you need it only to start such modules in another way.
 */
export function companionProtocol(options: CompanionProtocolOptions = {}): Protocol {
  return rememberingProtocol(options, new Map());
}

/** The same, with upgrade indexes that outlive it. */
export function rememberingProtocol(options: CompanionProtocolOptions, indexes: UpgradeIndexes): Protocol {
  return { name: 'companion', open: (port) => new CompanionSession(port, options, indexes) };
}
