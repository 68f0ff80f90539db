import { types } from 'node:util';

/** The beginning of a value as JSON text, for people; `length` is in characters, default 200. Never throws, however deep the value is. */
export function excerpt(value: unknown, length = 200): string {
  try {
    return (JSON.stringify(value, withoutBytes) ?? String(value)).slice(0, length);
  } catch {
    return 'something too deep to be shown';
  }
}

function withoutBytes(_: string, value: unknown): unknown {
  return types.isUint8Array(value) ? `<${value.length} bytes>` : value;
}
