import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { checkArchive } from './archive.ts';
import { extract } from './extract.ts';
import type { PackageLimits } from './package-limits.ts';

/**
 * Unpacks a package (`.tgz`) into a folder of its own under `into`, named after its contents: what is there already isn't unpacked again. Resolves with that folder.
 * Rejects, and leaves nothing, for packages beyond the limits or with anything in them but files and folders below one top folder.
 */
export async function unpack(file: string, into: string, limits: PackageLimits): Promise<string> {
  const found = await stat(file);
  // A pipe or a device under the name of a package would never be read to its end.
  if (!found.isFile()) throw new Error('it is no file');
  const { size } = found;
  if (size > limits.packageBytes)
    throw new Error(`it is ${size} bytes long, more than the ${limits.packageBytes} that are allowed`);
  // Read once, so that what is unpacked is what was checked.
  const bytes = await readFile(file);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const folder = path.join(into, `${path.basename(file).replace(/\.tgz$/, '')}-${hash}`);
  if (await exists(folder)) return folder;
  await checkArchive(bytes, limits);
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  try {
    await extract(bytes, unfinished);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

async function exists(folder: string): Promise<boolean> {
  return (await stat(folder).catch(() => null)) !== null;
}
