import { Unpack } from 'tar';
import { isPlain } from './archive.ts';

/** Writes the files of a checked package into a folder, without its top folder. Rejects when one can't be written. */
export function extract(bytes: Uint8Array, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const unpack = new Unpack({
      cwd: folder,
      strip: 1,
      strict: true,
      preserveOwner: false,
      filter: (name, entry) => isPlain(name) && 'type' in entry && !entry.type.endsWith('Link'),
    });
    unpack.on('close', resolve);
    unpack.on('error', reject);
    unpack.end(Buffer.from(bytes));
  });
}
