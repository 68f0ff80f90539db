import { describe, expect, it } from 'vitest';
import { fromWire, toWire } from '../../src/companion/wire-values.ts';

describe('A value on the wire of modules on API 2.x', () => {
  it.each([
    ['plain', { a: [1, 'b', null, { c: true }] }],
    ['bytes', { message: new Uint8Array([1, 2, 255]), deep: [{ er: new Uint8Array() }] }],
    ['a date', [new Date(7)]],
    ['numbers that JSON lacks', { a: Number.NaN, b: Number.POSITIVE_INFINITY }],
    ['what looks like bytes', { $binary: 'AQI=' }],
    ['a key with a dollar', { $price: 1, and: { $date: 'soon' } }],
    ['nothing', undefined],
  ])('comes back as it was: %s', (_, value) => {
    const wire: unknown = toWire(value);
    expect(fromWire(wire === undefined ? undefined : JSON.parse(JSON.stringify(wire)))).toEqual(value);
  });

  it('is not copied when it is plain', () => {
    const value = { a: [{ b: 1 }] };
    expect(toWire(value)).toBe(value);
    expect(fromWire(value)).toBe(value);
  });

  it('has no __proto__ among its keys', () => {
    expect(() => fromWire(JSON.parse('{"a":[{"__proto__":{"b":1}}]}'))).toThrow('must not be __proto__');
  });
});
