import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Bytes given on at once, so that one can stop in time. */
const portion = 65_536;

/** What is in a package, a piece at a time and away from the thread that others wait for; archives that aren't compressed as they are. Throws for what is damaged. */
export function unzipped(bytes: Uint8Array): AsyncIterable<Buffer> {
  const source = Readable.from(portions(bytes));
  const isZipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isZipped) return source;
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  return source.pipe(gunzip);
}

function* portions(bytes: Uint8Array): Iterable<Buffer> {
  for (let from = 0; from < bytes.length; from += portion)
    yield Buffer.from(bytes.subarray(from, from + portion));
}
