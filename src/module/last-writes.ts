import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { Unwritten } from '../ipc/lines.ts';

/** How long a host that reads nothing may hold up the exit; in milliseconds. */
const patience = 1000;

/**
 * Writes what is still to be written when a process exits, and returns when that is done: a module that notifies and calls `process.exit` in the same turn, or throws, is heard. Node
 * itself would lose it.
 */
export function writeLast(descriptor: number, stream: Writable, { begun, waiting }: Unwritten): void {
  const given = bytesOf(begun);
  const rest = given.subarray(given.length - Math.min(unwrittenBytes(stream), given.length));
  writeAll(descriptor, Buffer.concat([rest, bytesOf(waiting)]));
}

function bytesOf(pieces: Unwritten['begun']): Buffer {
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}

// Only the handle knows how much of a write the operating system has taken.
function unwrittenBytes(stream: Writable): number {
  const { _handle: handle } = stream as unknown as { _handle?: { writeQueueSize?: number } | null };
  return handle?.writeQueueSize ?? 0;
}

function writeAll(descriptor: number, bytes: Buffer): void {
  let heldUpSince = performance.now();
  for (let at = 0; at < bytes.length && performance.now() - heldUpSince < patience;) {
    try {
      at += writeSync(descriptor, bytes, at);
      heldUpSince = performance.now();
    } catch (error) {
      // The pipe is full: the host reads meanwhile. Any other error says that it is gone.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
