import type { Frame } from './peer-frame.ts';

/** A frame as a list, for those that come in great numbers: no names of fields have to be written and read. One with a `meta` is written in full. */
export type ShortFrame = readonly [kind: number, ...fields: unknown[]];

export function isShort(frame: Frame | ShortFrame): frame is ShortFrame {
  return Array.isArray(frame);
}

/** What a short frame begins with. */
export const shortKinds = { call: 0, result: 1, error: 2, cancel: 3, notify: 4 } as const;

export function shortCall(id: number, name: string, payload: unknown): ShortFrame {
  return isNothing(payload) ? [shortKinds.call, id, name] : [shortKinds.call, id, name, payload];
}

export function shortResult(id: number, value: unknown): ShortFrame {
  return value === undefined ? [shortKinds.result, id] : [shortKinds.result, id, value];
}

export function shortNotification(name: string, payload: unknown): ShortFrame {
  return isNothing(payload) ? [shortKinds.notify, name] : [shortKinds.notify, name, payload];
}

/** The same frame with the names of its fields; undefined if it is none. Whether its fields are right is not looked at. */
export function inFull([kind, first, second, third]: readonly unknown[]): Frame | undefined {
  switch (kind) {
    case shortKinds.call:
      return { type: 'call', id: first, name: second, payload: third };
    case shortKinds.result:
      return { type: 'result', id: first, value: second };
    case shortKinds.error:
      return { type: 'error', id: first, error: second };
    case shortKinds.cancel:
      return { type: 'cancel', id: first };
    case shortKinds.notify:
      return { type: 'notify', name: first, payload: second };
    default:
      return undefined;
  }
}

/** What of a short frame is the app's, and may hold bytes. */
export function contentOf(frame: readonly unknown[]): unknown {
  return frame[0] === shortKinds.call ? frame[3] : frame[2];
}

// In a list JSON makes null of these, and leaves them out in an object.
function isNothing(payload: unknown): boolean {
  return payload === undefined || typeof payload === 'function' || typeof payload === 'symbol';
}
