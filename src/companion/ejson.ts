import EJSON from 'ejson';
import { GreenroomError } from '../errors.ts';

/**
 * The EJSON text of a value, or undefined for undefined: then a message has no payload.
 * @throws {GreenroomError} `OPTION_INVALID` for what has no text, such as a cycle or a bigint.
 */
export function encode(name: string, value: unknown): string | undefined {
  try {
    return EJSON.stringify(value);
  } catch (cause) {
    throw new GreenroomError(
      'OPTION_INVALID',
      `The payload of "${name}" can't be sent to a Companion module: ${messageOf(cause)}. Give plain values, dates and bytes only.`,
      { data: { name }, cause },
    );
  }
}

/**
 * The value of an EJSON text; no text is undefined.
 * @throws {TypeError} for text that is no EJSON, and for objects with a `__proto__` key.
 */
export function decode(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    if (mayNamePrototype(text)) JSON.parse(text, refusePrototype);
    return hasTypes(text) ? EJSON.parse(text) : JSON.parse(text);
  } catch (cause) {
    throw new TypeError(`its payload is not EJSON text: ${messageOf(cause)}`, { cause });
  }
}

/** Every EJSON type is an object whose key starts with $; without one, JSON.parse is enough and several times as fast. */
function hasTypes(text: string): boolean {
  return text.includes('"$') || text.includes('"\\u0024');
}

function mayNamePrototype(text: string): boolean {
  return text.includes('__proto__') || /\\u005f/i.test(text);
}

function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new TypeError('a key must not be __proto__');
  return value;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
