import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';

/** The `@companion-module/base` that a module will load. */
export interface InstalledBase {
  readonly version: string;
  /** The `node_modules` folders it and its dependencies are read from, real paths. */
  readonly folders: readonly string[];
}

/** Looks for the base as Node will do it for this file (a real path); null for modules that are bundled with it. */
export async function findInstalledBase(entrypoint: string): Promise<InstalledBase | null> {
  for (const folder of ancestors(path.dirname(entrypoint))) {
    const modules = path.join(folder, 'node_modules');
    const base = path.join(modules, '@companion-module', 'base');
    const version = await readVersion(base);
    if (version === null) continue;
    const home = path.join(await realpath(base), '..');
    const folders = [
      await realpath(modules),
      ancestors(home).find((ancestor) => path.basename(ancestor) === 'node_modules') ?? home,
    ];
    return { version, folders: [...new Set(folders)] };
  }
  return null;
}

async function readVersion(base: string): Promise<string | null> {
  const text = await readFile(path.join(base, 'package.json'), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'string' ? version : null;
  } catch {
    // A package.json that is being written or is damaged counts as none; the module itself would fail on it, and says why.
    return null;
  }
}

function ancestors(folder: string): string[] {
  const above = path.dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}
