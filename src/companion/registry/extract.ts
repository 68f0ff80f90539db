import { once } from 'node:events';
import { Unpack } from 'tar';
import { isPlain, plainPath } from './archive.ts';
import { unzipped } from './unzipped.ts';

/** Writes the files of a checked package into a folder, without its top folder. Rejects when one can't be written. */
export async function extract(bytes: Uint8Array, folder: string): Promise<void> {
  const unpack = new Unpack({
    cwd: folder,
    strip: 1,
    strict: true,
    preserveOwner: false,
    filter: (name, entry) => {
      if (!isPlain(name) || !('type' in entry) || entry.type.endsWith('Link')) return false;
      // What is before the top folder would be stripped in its place.
      entry.path = plainPath(name);
      return entry.path !== '';
    },
  });
  const written = new Promise<void>((resolve, reject) => {
    unpack.on('close', resolve);
    unpack.on('error', reject);
  });
  written.catch(() => undefined);
  // No faster than the disk takes it, so that a long package isn't all in memory.
  for await (const piece of unzipped(bytes))
    if (!unpack.write(piece)) await Promise.race([once(unpack, 'drain'), written]);
  unpack.end();
  await written;
}
