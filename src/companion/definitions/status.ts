import type { CompanionStatus } from '../notifications.ts';
import { text } from './read.ts';

/** What a module says of its device; the connection's own status says whether the module lives. */
export interface ModuleStatus {
  /** Null where the module gave none, or one nobody knows. */
  readonly status: CompanionStatus | null;
  /** For people; null for none. */
  readonly message: string | null;
}

const known: readonly CompanionStatus[] = [
  'ok',
  'connecting',
  'disconnected',
  'connection_failure',
  'bad_config',
  'unknown_error',
  'unknown_warning',
  'authentication_failure',
  'insufficient_permissions',
];

/** Reads the payload of `set-status`. */
export function readStatus(fields: ReadonlyMap<string, unknown>): ModuleStatus {
  return {
    status: known.find((status) => status === fields.get('status')) ?? null,
    message: text(fields.get('message'), null),
  };
}
