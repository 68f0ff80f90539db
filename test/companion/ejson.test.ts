import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../src/companion/ejson.ts';

describe('EJSON text', () => {
  it.each([
    ['nothing', undefined, undefined],
    ['null', null, 'null'],
    ['bytes', new Uint8Array([1, 2]), '{"$binary":"AQI="}'],
    ['a buffer', Buffer.from('hi'), '{"$binary":"aGk="}'],
    ['a date', new Date(5), '{"$date":5}'],
    ['no number', Number.NaN, '{"$InfNaN":0}'],
    ['plain values', { a: [1, 'x', true, null] }, '{"a":[1,"x",true,null]}'],
  ])('is made of %s', (_, value, text) => {
    expect(encode('x', value)).toBe(text);
  });

  it.each([
    ['no text', undefined, undefined],
    ['bytes', '{"b":{"$binary":"AQI="}}', { b: new Uint8Array([1, 2]) }],
    ['a date', '{"d":{"$date":5}}', { d: new Date(5) }],
    ['infinity', '{"$InfNaN":1}', Infinity],
    ['an escaped key', '{"\\u0024date":5}', new Date(5)],
    ['a dollar in a value', '{"price":"$5"}', { price: '$5' }],
    ['a forbidden name in a value', '{"text":"__proto__"}', { text: '__proto__' }],
  ])('is read back from %s', (_, text, value) => {
    expect(decode(text)).toEqual(value);
  });

  it.each([
    ['is no JSON', '{"a":'],
    ['has an unknown type', '{"$type":"cat","$value":1}'],
    ['has bytes that are no text', '{"$binary":5}'],
    ['has a pattern that is none', '{"$regexp":"(","$flags":""}'],
    ['names a prototype', '{"__proto__":{"isAdmin":true}}'],
    ['names a prototype with escapes', '{"_\\u005Fproto__":{"isAdmin":true}}'],
  ])('is refused when it %s', (_, text) => {
    expect(() => decode(text)).toThrow('its payload is not EJSON text');
  });

  it('is refused for what has none, with a remedy', () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(() => encode('x', circle)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(() => encode('x', 1n)).toThrow('Give plain values');
  });
});
