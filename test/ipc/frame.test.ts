import {
  anything,
  array,
  assert,
  constant,
  double,
  integer,
  oneof,
  property,
  string,
  tuple,
} from 'fast-check';
import { expect, test } from 'vitest';
import { defaultChannelLimits, type Json } from '../../src/ipc/channel.ts';
import { encodeFrame } from '../../src/ipc/frame.ts';

const { frameBytes } = defaultChannelLimits;
const text = oneof(string(), string({ unit: 'binary' }), string({ unit: 'grapheme' }));
const item = oneof(text, integer(), double(), constant(undefined), anything({ maxDepth: 1 }));

test('a frame is the JSON of its message, and as long as that in bytes', () => {
  assert(
    property(oneof(array(item, { maxLength: 5 }), tuple(integer(), integer(), text, text)), (message) => {
      const json = JSON.stringify(message);
      expect(encodeFrame(message as Json, frameBytes)).toEqual({
        text: json,
        bytes: Buffer.byteLength(json),
      });
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['with nothing to escape', 'x'.repeat(200)],
  ['with something to escape', '"'.repeat(100)],
])('a frame %s that is too long is refused with its length', (_, long) => {
  const bytes = JSON.stringify([4, 'name', long]).length;
  expect(encodeFrame([4, 'name', long], bytes).bytes).toBe(bytes);
  expect(() => encodeFrame([4, 'name', long], bytes - 1)).toThrow(`A message of ${bytes} bytes was not sent`);
});
