import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { fieldsOf } from './fields.ts';

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
    const version = (await readPackage(base)).get('version');
    if (typeof version !== 'string') continue;
    const homes = new Set<string>();
    await addWithNeeds(await realpath(base), homes);
    const folders = [await realpath(modules), ...[...homes].map((home) => enclosing(home))];
    return { version, folders: [...new Set(folders)] };
  }
  return null;
}

/** Adds a package (a real path), what it depends on, and so on. */
async function addWithNeeds(home: string, homes: Set<string>): Promise<void> {
  if (homes.has(home)) return;
  homes.add(home);
  const needed = [...fieldsOf((await readPackage(home)).get('dependencies')).keys()];
  const found = await Promise.all(needed.map((name) => homeOf(name, home)));
  await Promise.all(found.filter((each) => each !== null).map((each) => addWithNeeds(each, homes)));
}

/** Where a package is that one in `from` loads: beside that, or hoisted further up. */
async function homeOf(name: string, from: string): Promise<string | null> {
  for (const folder of ancestors(from)) {
    const real = await realpath(path.join(folder, 'node_modules', name)).catch(() => null);
    if (real !== null) return real;
  }
  return null;
}

function enclosing(folder: string): string {
  const above = path.dirname(folder);
  return ancestors(above).find((ancestor) => path.basename(ancestor) === 'node_modules') ?? above;
}

async function readPackage(folder: string): Promise<ReadonlyMap<string, unknown>> {
  const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => null);
  try {
    return fieldsOf(text === null ? null : JSON.parse(text));
  } catch {
    // A package.json that is being written or is damaged counts as none; the module itself would fail on it, and says why.
    return fieldsOf(null);
  }
}

function ancestors(folder: string): string[] {
  const above = path.dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}
