import { GreenroomError } from '../errors.ts';
import { metaField, type CallMeta } from './call-meta.ts';

/** A frame of our own protocol's call layer, before anything is known of it. */
export type Frame = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Frame {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a field of the frame itself, never one it inherits. */
export function own(frame: Frame, key: string): unknown {
  return Object.hasOwn(frame, key) ? frame[key] : undefined;
}

export function isId(id: unknown): id is number {
  return Number.isSafeInteger(id) && (id as number) > 0;
}

export function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '';
}

/** A field of a frame, or none where there is nothing to say. */
export function carry(key: 'payload' | 'value', value: unknown): Frame {
  return value === undefined ? {} : { [key]: value };
}

/** The frame of a call; made without spreading where there is little to say, since that is what most calls are. */
export function callFrame(id: number, name: string, payload: unknown, meta: CallMeta | undefined): Frame {
  if (meta !== undefined) return { type: 'call', id, name, ...carry('payload', payload), ...metaField(meta) };
  return payload === undefined ? { type: 'call', id, name } : { type: 'call', id, name, payload };
}

/** @throws {GreenroomError} `FRAME_MALFORMED` for what JSON.stringify would leave out instead of refusing it. */
export function presentable(name: string, value: unknown): unknown {
  if (typeof value !== 'function' && typeof value !== 'symbol') return value;
  throw new GreenroomError(
    'FRAME_MALFORMED',
    `Call "${name}" was answered with a ${typeof value}, which can't be JSON.`,
    {
      data: { call: name },
    },
  );
}
