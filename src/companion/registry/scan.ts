import { mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { inspectFolder, type StartOptions } from './inspect-folder.ts';
import type { PackageLimits } from './package-limits.ts';
import { byVersion, type RegisteredModule } from './registered.ts';
import { unversioned } from '../version.ts';

/** Where to look, and how. */
export interface ScanOptions extends StartOptions {
  readonly folders: readonly string[];
  /** Where packages are unpacked; null: they aren't. */
  readonly unpackTo: string | null;
  readonly limits: PackageLimits;
}

/** Everything that is a module, or was meant to be one, in these folders; each is one itself, or holds some. */
export async function scan(options: ScanOptions): Promise<readonly RegisteredModule[]> {
  const places = (await Promise.all(options.folders.map(placesIn))).flat();
  const found: RegisteredModule[] = [];
  // One after the other: the host has other things to do.
  for (const place of places) found.push(await registered(place, options));
  return found.toSorted((a, b) => a.id.localeCompare(b.id) || byVersion(a, b));
}

/** The folders whose changes tell of modules that come, a piece at a time too. */
export async function watchedFolders(folders: readonly string[]): Promise<readonly string[]> {
  const watched = folders.map(async (given) => {
    const folder = path.resolve(given);
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const parts = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    const manifests = parts.map(({ name }) => path.join(folder, name, 'companion'));
    return [folder, path.join(folder, 'companion'), ...manifests];
  });
  return (await Promise.all(watched)).flat();
}

/** The module folders and packages of a folder, absolute. */
async function placesIn(given: string): Promise<string[]> {
  const folder = path.resolve(given);
  if (await isModule(folder)) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const places = await Promise.all(
    entries.map(async (entry) => {
      const place = path.join(folder, entry.name);
      if (isPackage(entry.name)) return [place];
      return (await isModule(place)) ? [place] : [];
    }),
  );
  return places.flat().toSorted();
}

/** Whatever is wrong with one of them is its own affair. */
async function registered(place: string, options: ScanOptions): Promise<RegisteredModule> {
  try {
    if (!isPackage(place)) return await inspectFolder(place, null, options);
    if (options.unpackTo === null)
      throw new Error('there is no folder to unpack it to: give one with `unpackTo`');
    await mkdir(options.unpackTo, { recursive: true });
    // Apps without packages don't load what reads them.
    const { unpack } = await import('./unpack.ts');
    const folder = await unpack(place, options.unpackTo, options.limits);
    return await inspectFolder(folder, place, options);
  } catch (error) {
    return unusable(place, error instanceof Error ? error.message : String(error));
  }
}

function isPackage(place: string): boolean {
  return place.endsWith('.tgz');
}

function unusable(place: string, why: string): RegisteredModule {
  const id = path.basename(place, '.tgz');
  return {
    id,
    name: id,
    version: unversioned,
    isPrerelease: false,
    apiVersion: null,
    folder: isPackage(place) ? null : place,
    packageFile: isPackage(place) ? place : null,
    problem: `${isPackage(place) ? 'Package' : 'Module'} ${place} can't be used: ${why}.`,
    warnings: [],
    manifest: null,
  };
}

async function isModule(folder: string): Promise<boolean> {
  const found = await stat(path.join(folder, 'companion', 'manifest.json')).catch(() => null);
  return found?.isFile() ?? false;
}
