import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** The package of a file, and the `node_modules` it can import from with what is linked into them. */
export async function importable(file: string): Promise<string[]> {
  const folders = ancestors(path.dirname(file));
  const [own = path.dirname(file), modules] = await Promise.all([
    firstWith(folders, 'package.json'),
    Promise.all(folders.map((folder) => withLinked(path.join(folder, 'node_modules')))),
  ]);
  return [...new Set([own, ...modules.flat()])].filter((each) => each === own || !isInside(each, own));
}

async function withLinked(folder: string): Promise<string[]> {
  const { isEmpty, links, scopes } = await contentsOf(folder);
  if (isEmpty) return [];
  const [real, linked, ...inScopes] = await Promise.all([
    realpath(folder),
    targetsOf(links),
    ...scopes.map(async (scope) => targetsOf((await contentsOf(scope)).links)),
  ]);
  return [real, ...linked, ...inScopes.flat()];
}

async function targetsOf(links: readonly string[]): Promise<string[]> {
  const targets = await Promise.all(links.map((link) => realpath(link).catch(() => undefined)));
  return targets.filter((target) => target !== undefined);
}

/** What of a folder is of interest here. */
interface Contents {
  readonly isEmpty: boolean;
  readonly links: readonly string[];
  readonly scopes: readonly string[];
}

const nothing: Contents = { isEmpty: true, links: [], scopes: [] };

/** The folders that were read, and which inode they were when. To read them takes each start of a module 3 ms of CPU: they have hundreds of entries. */
const known = new Map<string, { readonly version: string; readonly contents: Promise<Contents> }>();
const mostKnown = 10_000;
/** Milliseconds in which a folder may change twice and have the same time, on the coarsest of file systems. */
const coarsest = 2000;

async function contentsOf(folder: string): Promise<Contents> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return nothing;
  // Nobody can set the time of the last change of an inode, unlike that of its contents.
  const version = `${found.dev} ${found.ino} ${found.ctimeMs}`;
  const before = known.get(folder);
  if (before?.version === version) return before.contents;
  const contents = read(folder).catch(() => {
    known.delete(folder);
    return nothing;
  });
  if (Date.now() - found.ctimeMs <= coarsest) return contents;
  if (known.size >= mostKnown) known.clear();
  known.set(folder, { version, contents });
  return contents;
}

async function read(folder: string): Promise<Contents> {
  const entries = await readdir(folder, { withFileTypes: true });
  const paths = (of: typeof entries): string[] => of.map(({ name }) => path.join(folder, name));
  return {
    isEmpty: entries.length === 0,
    links: paths(entries.filter((entry) => entry.isSymbolicLink())),
    scopes: paths(entries.filter((entry) => entry.name.startsWith('@') && entry.isDirectory())),
  };
}

async function firstWith(folders: readonly string[], name: string): Promise<string | undefined> {
  const found = await Promise.all(folders.map((folder) => isFile(path.join(folder, name))));
  return folders.find((_, index) => found[index]);
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

function isInside(file: string, folder: string): boolean {
  return file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

function ancestors(folder: string): string[] {
  const above = path.dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}
