import EJSON from 'ejson';
import type { Json } from '../ipc/channel.ts';

/** A value as our own protocol can carry it: bytes, dates and numbers that JSON lacks are written as in EJSON, the rest stays as it is. */
export function toWire(value: unknown): Json {
  return (some(value, isNoJson) ? EJSON.toJSONValue(value) : value) as Json;
}

/**
 * The value that `toWire` was given.
 * @throws {TypeError} for objects with a `__proto__` key.
 */
export function fromWire(value: unknown): unknown {
  return some(value, isEncoded) ? EJSON.fromJSONValue(value as never) : value;
}

/** Looks through lists and plain objects only, so that the usual value is neither copied nor changed. */
function some(value: unknown, test: (value: unknown) => boolean): boolean {
  if (test(value)) return true;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  if (Object.hasOwn(value, '__proto__')) throw new TypeError('a key must not be __proto__');
  return Object.values(value).some((inner) => some(inner, test));
}

function isNoJson(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return value instanceof Uint8Array || value instanceof Date || value instanceof RegExp || isEncoded(value);
}

/** Every EJSON type is an object whose first key starts with $. */
function isEncoded(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).some((key) => key.startsWith('$'));
}
