import { Unpack } from 'tar';
import { isPlain, plainPath } from './archive.ts';

/** Writes the files of a checked package into a folder, without its top folder. Rejects when one can't be written. */
export function extract(bytes: Uint8Array, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
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
    unpack.on('close', resolve);
    unpack.on('error', reject);
    unpack.end(Buffer.from(bytes));
  });
}
