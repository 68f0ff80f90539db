import { types } from 'node:util';
import { GreenroomError } from '../errors.ts';
import { notJson } from './frame.ts';
import { type Frame, isObject, own } from './peer-frame.ts';
import { contentOf, inFull, isShort, type ShortFrame } from './short-frames.ts';

/** How bytes travel: beside the JSON, as base64 within it, or not at all. */
export type Carriage = 'attached' | 'text' | 'refused';

/** A frame without bytes, whose field `bytes` says where they belong. */
export interface Packed {
  readonly frame: Frame;
  /** In the order of `bytes`; none if they are in the frame as text. They aren't copied. */
  readonly attachments: readonly Uint8Array[] | undefined;
}

/** The most pieces of bytes that one frame carries. */
export const mostPieces = 1000;

/**
 * Takes each `Uint8Array` out of a frame's payload or value; undefined if there is none. The frame itself stays as it is. Objects with `toJSON` aren't looked into.
 * @throws {GreenroomError} `FRAME_MALFORMED` where bytes are refused, for other binary types, for too many pieces, and for what can't be walked through.
 */
export function packBytes(frame: Frame | ShortFrame, carriage: Carriage): Packed | undefined {
  const content = isShort(frame) ? contentOf(frame) : (frame['payload'] ?? frame['value']);
  return typeof content === 'object' && content !== null ? pack(frame, content, carriage) : undefined;
}

function pack(frame: Frame | ShortFrame, content: object, carriage: Carriage): Packed | undefined {
  const full = isShort(frame) ? inFull(frame) : frame;
  const field = full !== undefined && 'payload' in full ? 'payload' : 'value';
  const packing = new Packing(carriage);
  const packed = packing.pack(content, field);
  const { places, pieces } = packing;
  if (places.length === 0) return undefined;
  return {
    frame: { ...full, [field]: packed, bytes: places },
    attachments: carriage === 'attached' ? pieces : undefined,
  };
}

/**
 * Puts what `packBytes` took out back into a frame that was just read, which is changed; a text says what is wrong with it. Without
 * attachments the places hold base64.
 */
export function unpackBytes(frame: unknown, attachments?: readonly Uint8Array[]): string | undefined {
  if (!isObject(frame)) return undefined;
  const places = own(frame, 'bytes');
  if (places === undefined && attachments === undefined) return undefined;
  if (!isListFor(attachments, places)) return wrongList;
  return places.every((place, index) => put(frame, place, attachments?.[index])) ? undefined : wrongPlace;
}

function isListFor(attachments: readonly Uint8Array[] | undefined, places: unknown): places is unknown[] {
  if (!Array.isArray(places) || places.length > mostPieces) return false;
  return attachments === undefined || places.length === attachments.length;
}

const wrongList = `its \`bytes\` must be a list of at most ${mostPieces} places, one for each piece that was announced`;
const wrongPlace =
  'each place in its `bytes` must lead, from `payload` or `value` on, to null for an attached piece and to base64 otherwise';

type Place = readonly (string | number)[];

class Packing {
  readonly #carriage: Carriage;
  readonly #path: (string | number)[] = [];
  readonly places: Place[] = [];
  readonly pieces: Uint8Array[] = [];

  constructor(carriage: Carriage) {
    this.#carriage = carriage;
  }

  pack(content: object, field: string): unknown {
    try {
      return this.#under(field, content);
    } catch (error) {
      // A circle, something too deep, or a getter that throws.
      throw error instanceof GreenroomError ? error : notJson(error);
    }
  }

  #under(key: string | number, value: object): unknown {
    this.#path.push(key);
    const packed = isBinary(value) ? this.#take(value) : this.#replaceIn(value);
    this.#path.pop();
    return packed;
  }

  #replaceIn(holder: object): object {
    if ('toJSON' in holder && typeof holder.toJSON === 'function') return holder;
    return Array.isArray(holder) ? this.#replaceItems(holder) : this.#replaceFields(holder as Fields);
  }

  #replaceItems(items: readonly unknown[]): readonly unknown[] {
    let copy: unknown[] | undefined;
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index];
      if (typeof item !== 'object' || item === null) continue;
      const packed = this.#under(index, item);
      if (packed !== item) (copy ??= [...items])[index] = packed;
    }
    return copy ?? items;
  }

  #replaceFields(fields: Fields): Fields {
    let copy: Fields | undefined;
    for (const key of Object.keys(fields)) {
      const value = fields[key];
      if (typeof value !== 'object' || value === null) continue;
      const packed = this.#under(key, value);
      // Assigning to a field called __proto__ would do something else.
      if (packed !== value)
        Object.defineProperty((copy ??= { ...fields }), key, { value: packed, enumerable: true });
    }
    return copy ?? fields;
  }

  #take(binary: object): string | null {
    if (!types.isUint8Array(binary) || this.#carriage === 'refused')
      throw refused(binary, this.#carriage, this.#path);
    if (this.places.length === mostPieces) throw tooMany();
    this.places.push([...this.#path]);
    if (this.#carriage === 'text')
      return Buffer.from(binary.buffer, binary.byteOffset, binary.length).toString('base64');
    this.pieces.push(binary);
    return null;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isBinary(value: object): boolean {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);
}

function put(frame: Frame, place: unknown, piece: Uint8Array | undefined): boolean {
  if (!Array.isArray(place) || (place[0] !== 'payload' && place[0] !== 'value')) return false;
  let holder: unknown = frame;
  for (const key of place.slice(0, -1)) holder = fieldOf(holder, key);
  const last: unknown = place.at(-1);
  const there = fieldOf(holder, last);
  const bytes = piece === undefined ? decoded(there) : there === null ? piece : undefined;
  if (bytes === undefined) return false;
  (holder as Record<string, unknown>)[last as string] = bytes;
  return true;
}

function fieldOf(holder: unknown, key: unknown): unknown {
  if (typeof holder !== 'object' || holder === null) return undefined;
  if (typeof key !== 'string' && typeof key !== 'number') return undefined;
  return Object.hasOwn(holder, key) ? (holder as Record<string | number, unknown>)[key] : undefined;
}

function decoded(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string' || text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(text, 'base64');
  // Node skips what isn't base64, and the result is too short.
  return bytes.length === (text.length / 4) * 3 - padding ? new Uint8Array(bytes) : undefined;
}

function refused(binary: object, carriage: Carriage, path: Place): GreenroomError {
  const what = `A message was not sent: ${path.join('.')} is of type ${binary.constructor.name}`;
  const why =
    carriage === 'refused'
      ? 'the other side speaks version 1 of the protocol, which carries no bytes. Send them as text, or let it speak version 2.'
      : 'of binary types only Uint8Array is carried. Wrap it in one.';
  return new GreenroomError('FRAME_MALFORMED', `${what}, and ${why}`, { data: { path: path.join('.') } });
}

function tooMany(): GreenroomError {
  return new GreenroomError(
    'FRAME_MALFORMED',
    `A message was not sent: it has more than ${mostPieces} pieces of bytes. Put several into one, or send several messages.`,
    { data: { mostPieces } },
  );
}
