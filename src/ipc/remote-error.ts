import { inspect } from 'node:util';
import { GreenroomError } from '../errors.ts';
import type { Json } from './channel.ts';

/** An error as it crosses a wire: plain JSON. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
  /** With the stacks of its causes, each after `caused by`. */
  readonly stack: string;
  readonly code?: string | number;
  readonly data?: Json;
}

/** Describes whatever was thrown; texts are cut at 16 384 characters, and larger data is replaced by a note. Never throws. */
export function describeError(thrown: unknown): ErrorDescription {
  const name = text(read(thrown, 'name')) ?? 'Error';
  const message = text(read(thrown, 'message')) ?? inWords(thrown);
  const code = read(thrown, 'code');
  const data = asJson(read(thrown, 'data') ?? denialOf(thrown));
  return {
    name: cut(name),
    message: cut(message),
    stack: cut(stacks(thrown, `${name}: ${message}`)),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(data === undefined ? {} : { data }),
  };
}

/**
 * Makes the error a caller gets from what the other side described. Its own stack shows the caller (or `callSite`, where
 * given); `cause` and `data.remoteStack` show where it went wrong. Never throws, whatever came.
 */
export function remoteError(callName: string, described: unknown, callSite?: Error): GreenroomError {
  const { name, message, stack, code, data } = describeError(described);
  const cause = Object.assign(new Error(message), { name, stack });
  const error = new GreenroomError(
    'CALL_FAILED',
    `Call "${callName}" failed on the other side: ${name}: ${message}`,
    {
      cause,
      data: {
        call: callName,
        remoteName: name,
        remoteMessage: message,
        remoteStack: stack,
        ...(code === undefined ? {} : { remoteCode: code }),
        ...(data === undefined ? {} : { remoteData: data }),
      },
    },
  );
  if (callSite !== undefined) error.stack = `${error.name}: ${error.message}\n${framesOf(callSite)}`;
  return error;
}

const longestText = 16_384;
const deepestCause = 5;
const unreadable = 'something that cannot be read was thrown';

function stacks(thrown: unknown, headline: string): string {
  const parts = [text(read(thrown, 'stack')) ?? headline];
  let cause = read(thrown, 'cause');
  while (cause !== undefined && cause !== null && parts.length <= deepestCause) {
    parts.push(text(read(cause, 'stack')) ?? text(read(cause, 'message')) ?? inWords(cause));
    cause = read(cause, 'cause');
  }
  return parts.join('\ncaused by ');
}

// What is thrown may be anything, getters and proxies that throw themselves included.
function read(thrown: unknown, key: string): unknown {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  try {
    return (thrown as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

function inWords(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    return inspect(thrown, { depth: 2, customInspect: false, maxStringLength: 1000, breakLength: Infinity });
  } catch {
    return unreadable;
  }
}

// What Node's permission model refused.
function denialOf(thrown: unknown): unknown {
  if (read(thrown, 'code') !== 'ERR_ACCESS_DENIED') return undefined;
  return { permission: read(thrown, 'permission'), resource: read(thrown, 'resource') };
}

function asJson(data: unknown): Json | undefined {
  try {
    const encoded: string | undefined = JSON.stringify(data);
    if (encoded === undefined || encoded === '{}') return undefined;
    if (encoded.length > longestText) return { omitted: `${encoded.length} characters of data` };
    return JSON.parse(encoded) as Json;
  } catch (error) {
    return { omitted: `data that cannot be JSON: ${inWords(read(error, 'message'))}` };
  }
}

function framesOf(callSite: Error): string {
  const stack = text(read(callSite, 'stack')) ?? '';
  return stack.slice(stack.indexOf('\n    at ') + 1);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function cut(value: string): string {
  return value.length > longestText ? `${value.slice(0, longestText)} …` : value;
}
