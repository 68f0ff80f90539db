import { text } from './read.ts';

/** A line a module logged; the same in every version of the module API. */
export interface LogLine {
  /** Default `info`, also for levels nobody knows. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** Which logger of the module it comes from, from 2.0; null for none. */
  readonly source: string | null;
}

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** Reads the payload of `log-message`; in the field some messages are lists. */
export function readLogLine(fields: ReadonlyMap<string, unknown>): LogLine {
  const message = fields.get('message');
  return {
    level: levels.find((known) => known === fields.get('level')) ?? 'info',
    message: Array.isArray(message) ? message.map(shown).join(' ') : shown(message),
    source: text(fields.get('source'), null),
  };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
