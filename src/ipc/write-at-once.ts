import { writeSync } from 'node:fs';
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

// Windows has none. A socket that encrypts has that of the one beneath it.
function descriptorOf(writable: Writable): number | undefined {
  const { _handle: handle, connecting, encrypted } = writable as Writable & HandledStream;
  if (handle?.fd === undefined || handle.fd < 0) return undefined;
  return connecting === true || encrypted === true || writable.writableLength > 0 ? undefined : handle.fd;
}

/** What of a stream is of interest, which is there if it is a socket. */
interface HandledStream {
  readonly _handle?: { readonly fd?: number } | null;
  readonly connecting?: boolean;
  readonly encrypted?: boolean;
}
