import * as fc from 'fast-check';
import type { Damage, Field, FuzzFrame } from './frame.ts';
import { noise } from './noise.ts';

/** What a protocol has to offer to somebody who wants to misuse it: its frames, as lists of fields. */
export interface Dialect {
  readonly frames: fc.Arbitrary<readonly Field[]>;
  /** JSON texts with `<deep>` or `<long>` where something may be too much. */
  readonly holes: readonly string[];
}

/** Frames of all kinds: right, nearly right, damaged, deep, long, and noise. */
export function anyFrame({ frames, holes }: Dialect): fc.Arbitrary<FuzzFrame> {
  const object = fc.record(
    {
      is: fc.constant('object' as const),
      fields: fc
        .tuple(frames, fc.array(anyChange(), { maxLength: 2 }))
        .map(([fields, changes]) => changed(fields, changes)),
      damage: fc.array(anyDamage(), { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ['is', 'fields'] },
  );
  const hole = fc.constantFrom(...holes);
  const deep = fc.record({
    is: fc.constant('deep' as const),
    text: hole,
    levels: fc.constantFrom(2, 100, 1500, 9000, 30_000),
    of: fc.constantFrom('arrays' as const, 'objects' as const),
  });
  const long = fc.record({
    is: fc.constant('long' as const),
    text: hole.map((text) => text.replace('<deep>', '"<long>"')),
    beyond: fc.constantFrom(-1, 0, 1, 2, 3000),
  });
  return fc.oneof(
    { weight: 60, arbitrary: object },
    { weight: 8, arbitrary: anyAttached(frames) },
    { weight: 8, arbitrary: anyText() },
    { weight: 4, arbitrary: anyBytes() },
    { weight: 2, arbitrary: deep },
    { weight: 1, arbitrary: long },
  );
}

function anyAttached(frames: Dialect['frames']): fc.Arbitrary<FuzzFrame> {
  const length = fc.oneof(
    { weight: 20, arbitrary: fc.nat(5) },
    fc.constantFrom(1000, 65_000, 2 ** 16, 2 ** 40, 10 ** 15 - 1),
  );
  return fc.record({
    is: fc.constant('attached' as const),
    fields: frames,
    lengths: fc.array(length, { minLength: 1, maxLength: 3 }),
  });
}

function anyText(): fc.Arbitrary<FuzzFrame> {
  return fc.record({
    is: fc.constant('text' as const),
    text: fc.oneof(
      noise,
      anyJson().map((value) => JSON.stringify(value) ?? ''),
    ),
  });
}

function anyBytes(): fc.Arbitrary<FuzzFrame> {
  return fc.record({
    is: fc.constant('bytes' as const),
    hex: fc
      .uint8Array({ maxLength: 40 })
      .map((all) => Buffer.from(all.filter((byte) => byte !== 10 && byte !== 13)).toString('hex')),
  });
}

/** Any JSON, with names that mean something to objects of JavaScript and to this library. */
export function anyJson(): fc.Arbitrary<unknown> {
  return json;
}

const hostile = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'then',
  'toJSON',
  'type',
  'id',
  'name',
  'payload',
  'error',
  'value',
  'message',
  'code',
  'cmd',
  'direction',
  'callbackId',
  '$type',
  '$date',
  '$binary',
  '$escape',
] as const;

const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -0,
    1,
    -1,
    1.5,
    2 ** 30,
    2 ** 53,
    1e308,
    '',
    '<token>',
    '<id 0>',
    '\ud800',
    '\u0000',
    'NODE_HANDLE',
  ),
  fc.constantFrom<unknown>(...hostile),
  fc.integer(),
  fc.string({ maxLength: 8, unit: 'grapheme' }),
);

const json = fc.letrec<{ json: unknown; list: unknown[]; object: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'xsmall', withCrossShrink: true },
    { weight: 5, arbitrary: leaf },
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('json'), { maxLength: 3 }),
  object: fc.array(fc.tuple(fc.constantFrom(...hostile), tie('json')), { maxLength: 3 }).map(ownFields),
})).json;

function ownFields(fields: readonly Field[]): object {
  const result = {};
  for (const [key, value] of fields)
    Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
  return result;
}

type Change = readonly ['drop' | 'set' | 'add' | 'twice', number, Field];

function anyChange(): fc.Arbitrary<Change> {
  return fc.tuple(
    fc.constantFrom('drop', 'set', 'add', 'twice'),
    fc.nat(9),
    fc.tuple(fc.constantFrom(...hostile), json),
  );
}

function changed(fields: readonly Field[], changes: readonly Change[]): readonly Field[] {
  let result = [...fields];
  for (const [how, place, [name, value]] of changes) {
    const at = result.length === 0 ? 0 : place % result.length;
    const old = result[at] ?? [name, value];
    if (how === 'drop') result = result.toSpliced(at, 1);
    else if (how === 'set')
      result = result.with(result.length === 0 ? result.push(old) - 1 : at, [old[0], value]);
    else result.push(how === 'add' ? [name, value] : old);
  }
  return result;
}

function anyDamage(): fc.Arbitrary<Damage> {
  const byte = fc.oneof(
    fc.constant('end' as const),
    fc.integer({ min: 0, max: 255 }).filter((one) => one !== 10 && one !== 13),
  );
  return fc.record({ at: fc.nat(400), byte });
}
