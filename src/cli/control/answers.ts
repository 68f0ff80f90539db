import type { ConnectionSummary } from '../../history/told.ts';
import type { LogLine } from '../../history/record.ts';

/** What the HTTP API answers, as its OpenAPI document says. */
export interface ConnectionsAnswer {
  readonly connections: readonly ConnectionSummary[];
}

export interface LogAnswer {
  readonly lines: readonly (LogLine & { readonly seq: number })[];
  readonly last: number;
  readonly lost: number;
}

/** The data of the event `connections`. */
export interface ChangesTold {
  readonly items: readonly ConnectionSummary[];
  readonly removed: readonly string[];
}
