import * as fc from 'fast-check';
import { anyJson } from './any-frame.ts';

/** Content with room for bytes, attached or as base64. */
export function withPlaces(): fc.Arbitrary<unknown> {
  return fc.constantFrom<unknown>(
    null,
    { a: null },
    [null, null],
    { a: ['AAEC', null] },
    'AAEC',
    'AAE=',
    '%',
  );
}

/** Where bytes belong, rightly or not. */
export function places(): fc.Arbitrary<unknown> {
  const key = fc.constantFrom<unknown>(
    'payload',
    'value',
    'type',
    'a',
    'length',
    '__proto__',
    0,
    1,
    -1,
    null,
  );
  const place = fc.oneof(
    fc.constantFrom<unknown>(['payload'], ['value'], ['payload', 'a'], ['value', 0]),
    fc.array(key, { maxLength: 4 }),
  );
  return fc.oneof({ weight: 6, arbitrary: fc.array(place, { maxLength: 3 }) }, anyJson());
}
