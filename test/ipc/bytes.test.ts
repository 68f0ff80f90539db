import { describe, expect, test } from 'vitest';
import { type Carriage, mostPieces, packBytes, unpackBytes } from '../../src/ipc/bytes.ts';
import type { Frame } from '../../src/ipc/peer-frame.ts';

const bytes = (...all: number[]): Uint8Array => new Uint8Array(all);

function acrossTheWire(frame: Frame, carriage: Carriage): unknown {
  const packed = packBytes(frame, carriage);
  const read = JSON.parse(JSON.stringify(packed?.frame ?? frame)) as Frame;
  const wrong = unpackBytes(read, packed?.attachments);
  if (wrong !== undefined) throw new Error(wrong);
  const { bytes: _, ...rest } = read;
  return rest;
}

describe.each(['attached', 'text'] as const)('bytes that travel as %s', (carriage) => {
  test.each([
    ['are the payload', bytes(1, 2, 3)],
    ['are empty', bytes()],
    ['are several, at any depth', { a: [1, { b: bytes(1) }], c: bytes(255, 0), d: 'text' }],
    ['are a Buffer', [Buffer.from('=\n{}')]],
    ['are a part of something larger', new Uint8Array(new Uint8Array([9, 1, 2, 9]).buffer, 1, 2)],
    ['have a name that means something', JSON.parse('{"__proto__":null}')],
  ])('arrive where they were: they %s', (_, payload) => {
    const frame = { type: 'call', id: 1, name: 'n', payload: withProto(payload) };
    const arrived = acrossTheWire(frame, carriage) as typeof frame;
    expect(plain(arrived)).toEqual(plain(frame));
    expect(({} as Record<string, unknown>)['0']).toBeUndefined();
  });

  test('leave the message as it was given', () => {
    const payload = { list: [bytes(1)], image: bytes(2) };
    packBytes({ type: 'notify', name: 'n', payload }, carriage);
    expect(payload).toEqual({ list: [bytes(1)], image: bytes(2) });
  });

  test(`are at most ${mostPieces} pieces`, () => {
    const pieces = (count: number) => Array.from({ length: count }, () => bytes(1));
    const frame = (count: number) => ({ type: 'result', id: 1, value: pieces(count) });
    expect(acrossTheWire(frame(mostPieces), carriage)).toEqual(frame(mostPieces));
    expect(() => packBytes(frame(mostPieces + 1), carriage)).toThrow(
      expect.objectContaining({ code: 'FRAME_MALFORMED', message: expect.stringContaining('1000') }),
    );
  });

  test('are Uint8Arrays, and of other types a refusal says where they are', () => {
    for (const other of [new Float64Array(1), new DataView(new ArrayBuffer(1)), new ArrayBuffer(1)])
      expect(() => packBytes({ type: 'result', id: 1, value: { a: [other] } }, carriage)).toThrow(
        expect.objectContaining({ code: 'FRAME_MALFORMED', data: { path: 'value.a.0' } }),
      );
  });
});

test('attached bytes aren’t copied', () => {
  const image = bytes(1, 2);
  expect(packBytes({ type: 'notify', name: 'n', payload: { image } }, 'attached')).toEqual({
    frame: { type: 'notify', name: 'n', payload: { image: null }, bytes: [['payload', 'image']] },
    attachments: [image],
  });
  expect(packBytes({ payload: image }, 'attached')?.attachments?.[0]).toBe(image);
});

test('bytes are refused where the other side carries none', () => {
  expect(() => packBytes({ type: 'call', id: 1, name: 'n', payload: [bytes(1)] }, 'refused')).toThrow(
    expect.objectContaining({ code: 'FRAME_MALFORMED', message: expect.stringContaining('version 1') }),
  );
});

test('a frame without bytes is sent as it is', () => {
  const all = [null, 'x', 1, {}, [], { a: [{ b: null }] }, new Date(), { toJSON: () => 1, a: bytes(1) }];
  for (const payload of all) expect(packBytes({ type: 'notify', payload }, 'attached')).toBeUndefined();
});

test('what can’t be walked through is refused like what isn’t JSON', () => {
  const circle: unknown[] = [];
  circle.push(circle, circle);
  let deep: unknown = bytes(1);
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  const broken = {
    get a(): unknown {
      throw new Error('no');
    },
  };
  for (const payload of [circle, deep])
    expect(() => packBytes({ type: 'notify', name: 'n', payload }, 'attached')).toThrow(
      'it contains itself, or is nested too deep',
    );
  for (const payload of [circle, deep, broken])
    expect(() => packBytes({ type: 'notify', payload }, 'attached')).toThrow(
      expect.objectContaining({ code: 'FRAME_MALFORMED' }),
    );
});

describe('a frame that says wrongly where its bytes belong is refused', () => {
  const one = [bytes(1)];
  test.each([
    ['no list', { payload: null, bytes: 1 }, one],
    ['no list at all', { payload: null }, one],
    ['fewer places than pieces', { payload: null, bytes: [] }, one],
    [
      'more places than pieces',
      {
        payload: [null, null],
        bytes: [
          ['payload', 0],
          ['payload', 1],
        ],
      },
      one,
    ],
    ['a place that isn’t a path', { payload: null, bytes: ['payload'] }, one],
    ['an empty path', { payload: null, bytes: [[]] }, one],
    ['another field of the frame', { type: null, bytes: [['type']] }, one],
    ['a place that isn’t there', { payload: {}, bytes: [['payload', 'a']] }, one],
    ['a place that something else is in', { payload: { a: 0 }, bytes: [['payload', 'a']] }, one],
    ['the same place twice', { payload: null, bytes: [['payload'], ['payload']] }, [bytes(1), bytes(2)]],
    ['an inherited field', { payload: {}, bytes: [['payload', '__proto__']] }, one],
    ['a key that is none', { payload: [null], bytes: [['payload', [0]]] }, one],
    ['the inside of a text', { payload: 'abc', bytes: [['payload', 0]] }, one],
    ['text that isn’t base64', { payload: '%%%%', bytes: [['payload']] }, undefined],
    ['text of a wrong length', { payload: 'AAECA', bytes: [['payload']] }, undefined],
    ['no text', { payload: null, bytes: [['payload']] }, undefined],
    [
      'too many',
      { payload: '', bytes: Array.from({ length: mostPieces + 1 }, () => ['payload']) },
      undefined,
    ],
  ])('%s', (_, frame, attachments) => {
    expect(unpackBytes(frame, attachments)).toMatch(/^(its `bytes`|each place)/);
  });
});

test('a frame that carries no bytes stays as it is, and so does what is no frame', () => {
  for (const frame of [{ payload: null }, [], null, 'text', 7]) expect(unpackBytes(frame)).toBeUndefined();
});

/** Sets a field called __proto__, where there is one, to bytes. */
function withProto(payload: unknown): unknown {
  if (typeof payload === 'object' && payload !== null && Object.hasOwn(payload, '__proto__'))
    Object.defineProperty(payload, '__proto__', { value: bytes(7), enumerable: true });
  return payload;
}

function plain(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    const isBuffer = typeof each === 'object' && each !== null && 'data' in each && 'type' in each;
    if (isBuffer && each.type === 'Buffer') return `bytes ${String(each.data)}`;
    return each instanceof Uint8Array ? `bytes ${String(each)}` : each;
  });
}
