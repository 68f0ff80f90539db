import { Console } from 'node:console';
import { GreenroomError } from '../errors.ts';
import type { Level } from './levels.ts';
import { printable } from './words.ts';

/** Where lines go: a pino logger, `console`, or anything else with these four methods, which are called with a message and its fields. */
export type Logger = { readonly [L in Level]: (...line: never[]) => unknown };

/** What each line of a log has, besides what belongs to its event. */
export interface LogFields {
  /** Null if the line concerns the manager. */
  readonly connection: string | null;
  /** The process that the line is about; 0 before the first. */
  readonly incarnation: number;
  /** The state of the connection, or of the manager. */
  readonly state: string;
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Writes one line, in the way its logger wants it. What the logger throws leaves through it. */
export type WriteLine = (level: Level, message: string, fields: LogFields) => unknown;

/**
 * Finds out how a logger wants its lines: pino takes the fields first, `console` one text without anything that could move the cursor, all others the message first.
 * @throws {GreenroomError} `OPTION_INVALID` when it lacks a method.
 */
export function writerFor(logger: Logger): WriteLine {
  const missing = levels.find((level) => typeof (logger as Partial<Logger> | null)?.[level] !== 'function');
  if (missing !== undefined) throw invalid(missing);
  const write = (level: Level, ...line: unknown[]): unknown =>
    (logger[level] as (...line: unknown[]) => unknown)(...line);
  if (isPino(logger)) return (level, message, fields) => write(level, fields, message);
  if (logger instanceof Console) return (level, message, fields) => write(level, asText(message, fields));
  return (level, message, fields) => write(level, message, fields);
}

/** Whether a logger drops lines of this level anyway, so that they needn't be made. */
export function isOff(logger: Logger, level: Level): boolean {
  return isPino(logger) && !logger.isLevelEnabled(level);
}

const levels: readonly Level[] = ['debug', 'info', 'warn', 'error'];

type Pino = Logger & { isLevelEnabled(level: string): boolean };

function isPino(logger: Logger): logger is Pino {
  return 'bindings' in logger && 'isLevelEnabled' in logger;
}

function asText(message: string, { connection, incarnation, state }: LogFields): string {
  const who = connection === null ? 'greenroom' : `${connection} #${incarnation}`;
  return printable(`${who} ${state} | ${message}`);
}

function invalid(missing: Level): GreenroomError {
  return new GreenroomError(
    'OPTION_INVALID',
    `The logger must have the methods debug, info, warn and error, but has no ${missing}. Give a pino logger, console, or an object with these four.`,
    { data: { missing } },
  );
}
