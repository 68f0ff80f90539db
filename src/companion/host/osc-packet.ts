import { Buffer } from 'node:buffer';
import { inspect } from 'node:util';
import { fieldsOf } from '../fields.ts';

/**
 * The bytes of an OSC 1.0 message. Arguments are numbers (sent as floats), texts, bytes, truth values and null, or `{ type, value }` with a type tag of OSC, one or a list.
 * @throws {TypeError} for an address that doesn't begin with a slash and for what no type fits.
 */
export function oscPacket(address: unknown, args: unknown): Uint8Array {
  if (typeof address !== 'string' || !address.startsWith('/'))
    throw new TypeError(`An OSC address begins with a slash; this one is ${String(address)}.`);
  const list = args === undefined || args === null ? [] : Array.isArray(args) ? args : [args];
  const tagged = list.map(taggedOf);
  const tags = `,${tagged.map(({ type }) => type).join('')}`;
  return Buffer.concat([text(address), text(tags), ...tagged.map(({ type, value }) => bytesOf(type, value))]);
}

interface Tagged {
  readonly type: string;
  readonly value: unknown;
}

function taggedOf(argument: unknown): Tagged {
  const plain = plainType(argument);
  if (plain !== undefined) return { type: plain, value: argument };
  const { type, value } = Object.fromEntries(fieldsOf(argument));
  if (typeof type === 'string' && Object.hasOwn(encoders, type)) return { type, value };
  throw new TypeError(`${inspect(argument)} is no argument of OSC.`);
}

function plainType(argument: unknown): string | undefined {
  if (argument === null) return 'N';
  if (typeof argument === 'boolean') return argument ? 'T' : 'F';
  if (argument instanceof Uint8Array) return 'b';
  return typeof argument === 'number' ? 'f' : typeof argument === 'string' ? 's' : undefined;
}

function bytesOf(type: string, value: unknown): Buffer {
  return (encoders[type] as (value: unknown) => Buffer)(value);
}

const none = (): Buffer => Buffer.alloc(0);

const encoders: Readonly<Record<string, (value: unknown) => Buffer>> = {
  i: (value) => written(4, (bytes) => bytes.writeInt32BE(Math.trunc(numberOf(value)))),
  f: (value) => written(4, (bytes) => bytes.writeFloatBE(numberOf(value))),
  d: (value) => written(8, (bytes) => bytes.writeDoubleBE(numberOf(value))),
  h: (value) => written(8, (bytes) => bytes.writeBigInt64BE(bigOf(value))),
  t: (value) => written(8, (bytes) => bytes.writeBigUInt64BE(bigOf(value))),
  s: (value) => text(String(value)),
  S: (value) => text(String(value)),
  b: (value) => {
    const bytes = bytesIn(value);
    const length = written(4, (head) => head.writeInt32BE(bytes.length));
    return Buffer.concat([length, padded(bytes)]);
  },
  c: (value) => written(4, (bytes) => bytes.writeUInt32BE(String(value).codePointAt(0) ?? 0)),
  m: (value) => Buffer.concat([bytesIn(value), Buffer.alloc(4)]).subarray(0, 4),
  r: (value) => colour(fieldsOf(value)),
  T: none,
  F: none,
  N: none,
  I: none,
};

function written(size: number, write: (bytes: Buffer) => unknown): Buffer {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return bytes;
}

/** Ends with a zero, and is as long as a multiple of four. */
function text(value: string): Buffer {
  return padded(Buffer.from(`${value}\0`));
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function colour(fields: ReadonlyMap<string, unknown>): Buffer {
  return Buffer.from(
    ['r', 'g', 'b', 'a']
      .map((part) => Number(fields.get(part) ?? (part === 'a' ? 1 : 0)))
      .map((value, index) => (index === 3 ? Math.round(value * 255) : value)),
  );
}

function numberOf(value: unknown): number {
  const number = Number(value);
  if (Number.isNaN(number)) throw new TypeError(`${String(value)} is no number that OSC can carry.`);
  return number;
}

function bigOf(value: unknown): bigint {
  return typeof value === 'bigint' ? value : BigInt(Math.trunc(numberOf(value)));
}

function bytesIn(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  throw new TypeError('A blob of OSC is made of bytes.');
}
