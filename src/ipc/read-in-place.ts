import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/**
 * Has a socket read into one buffer that all of them share, and hand over each chunk at once: it is good until `onRead` returns. Node sets 64 KiB aside for each read otherwise, and takes
 * what came through a stream, which together cost as much as the rest of a short message. It does the same for who makes a socket himself, with the option `onread`; the sockets of
 * child processes are Node's. False where that can't be done: then the chunks come as `data`. So do those that the socket has kept already.
 */
export function readInPlace(readable: Readable, onRead: (chunk: Buffer) => void): boolean {
  const useUserBuffer = canReadInPlace(readable) && readable._handle?.useUserBuffer;
  const [ownBuffer, ownCallback] = [symbolOf(readable, 'kBuffer'), symbolOf(readable, 'kBufferCb')];
  if (!useUserBuffer || ownBuffer === undefined || ownCallback === undefined) return false;
  Object.assign(readable, {
    [ownBuffer]: shared,
    [ownCallback]: (length: number) => onRead(shared.subarray(0, length)),
  });
  useUserBuffer.call(readable._handle, shared);
  return true;
}

function canReadInPlace(readable: Readable): readable is Readable & HandledSocket {
  if (process.platform === 'win32' || !(readable instanceof Socket)) return false;
  return readable.readableEncoding === null && !('encrypted' in readable);
}

/** What of a socket is of interest and isn't public. */
interface HandledSocket {
  readonly _handle?: { readonly useUserBuffer?: (buffer: Buffer) => void } | null;
}

/** Where Node keeps what the option `onread` has set. */
function symbolOf(socket: Readable, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(socket).find((symbol) => symbol.description === description);
}

// What Node reads at once.
const shared = Buffer.allocUnsafeSlow(64 * 1024);
