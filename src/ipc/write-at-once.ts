import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';

/**
 * Writes as much of an ASCII text as the operating system takes now, and returns how much that was. A stream does the same with some ten functions and objects more, which cost
 * more than the write. What is left, and all of it where this can't be done or fails, is for the stream: it waits, and tells of errors.
 */
export function writeAtOnce(writable: Writable, text: string): number {
  const descriptor = descriptorOf(writable);
  if (descriptor === undefined) return 0;
  try {
    return writeSync(descriptor, text, null, 'latin1');
  } catch {
    // The pipe is full, or broken.
    return 0;
  }
}

// Windows has none.
function descriptorOf(writable: Writable): number | undefined {
  if (!(writable instanceof Socket) || writable.connecting || writable.writableLength > 0) return undefined;
  const { _handle: handle } = writable as unknown as { readonly _handle?: { readonly fd?: number } | null };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}
