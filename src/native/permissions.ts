import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { permissionFlags, restrictsNetwork, type NodeGrants } from '../process/node-permissions.ts';
import { nodeVersion, type NodeVersion } from '../process/node-version.ts';
import { invalidModule } from './invalid-module.ts';

/** What a Node module may do, besides reading its own package and those it can import. Relative paths start at the module's working folder. */
export interface ModulePermissions {
  /** Further files and folders it may read; `true`: everything. Default none. */
  readonly read?: readonly string[] | true | undefined;
  /** Files and folders it may write; `true`: everything. Default none. */
  readonly write?: readonly string[] | true | undefined;
  /** Start other programs, which nothing restricts. Default false. */
  readonly childProcess?: boolean | undefined;
  /** Start worker threads. Default false, but true where the thread is needed that ends a busy module after its host: not on Linux. */
  readonly worker?: boolean | undefined;
  /** Load native addons, which nothing restricts. Default false. */
  readonly addons?: boolean | undefined;
  /** Use the network. Default true; false needs Node 25. */
  readonly network?: boolean | undefined;
}

interface Request {
  readonly name: string;
  /** The program, a real path. */
  readonly file: string;
  readonly cwd: string;
  readonly execPath: string;
  readonly signal: AbortSignal;
}

/** The arguments with which Node holds a module to its permissions. @throws {GreenroomError} `MODULE_INVALID` when this Node can't. */
export async function permissionArguments(granted: ModulePermissions, request: Request): Promise<string[]> {
  const [node, grants] = await Promise.all([versionOf(request), grantsOf(granted, request)]);
  if (granted.network === false && !restrictsNetwork(node)) {
    throw cannot(
      request,
      `Node ${node.major} can't keep a module from the network`,
      'Run it with Node 25 or later, or leave `network` out.',
    );
  }
  return permissionFlags(node, grants);
}

async function versionOf(request: Request): Promise<NodeVersion> {
  const { execPath, signal } = request;
  const node = await nodeVersion(execPath, signal).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw cannot(request, `${execPath} is no usable Node`, 'Correct `execPath`.', cause);
  });
  if (node.major >= 20) return node;
  throw cannot(
    request,
    `Node ${node.major} knows no permissions`,
    "Run it with Node 20.19 or later, or set `permissions` to 'off'.",
  );
}

async function grantsOf(granted: ModulePermissions, { file, cwd }: Request): Promise<NodeGrants> {
  const { childProcess, worker, addons, network } = { ...usual, ...withoutGaps(granted) };
  const { read = [], write = [] } = granted;
  const [readable, writable] = await Promise.all([
    read === true || Promise.all([importable(file), realPaths(cwd, read)]).then((paths) => paths.flat()),
    write === true || realPaths(cwd, write),
  ]);
  return {
    read: readable,
    write: writable,
    childProcess,
    worker,
    addons,
    network,
  };
}

const usual = { childProcess: false, worker: process.platform !== 'linux', addons: false, network: true };

function withoutGaps(granted: ModulePermissions): Partial<typeof usual> {
  return Object.fromEntries(Object.entries(granted).filter(([, value]) => typeof value === 'boolean'));
}

/** The package of a file, and the `node_modules` it can import from with what is linked into them. */
async function importable(file: string): Promise<string[]> {
  const folders = ancestors(path.dirname(file));
  const [own = path.dirname(file), modules] = await Promise.all([
    firstWith(folders, 'package.json'),
    Promise.all(folders.map((folder) => withLinked(path.join(folder, 'node_modules')))),
  ]);
  return [...new Set([own, ...modules.flat()])].filter((each) => each === own || !isInside(each, own));
}

async function withLinked(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  if (entries.length === 0) return [];
  const scopes = entries.filter((entry) => entry.name.startsWith('@') && entry.isDirectory());
  const [real, linked, ...inScopes] = await Promise.all([
    realpath(folder),
    linkedFrom(folder, entries),
    ...scopes.map(async ({ name }) => linkedIn(path.join(folder, name))),
  ]);
  return [real, ...linked, ...inScopes.flat()];
}

async function linkedIn(folder: string): Promise<string[]> {
  return linkedFrom(folder, await entriesOf(folder));
}

async function linkedFrom(folder: string, entries: readonly Dirent[]): Promise<string[]> {
  const links = entries.filter((entry) => entry.isSymbolicLink()).map(({ name }) => path.join(folder, name));
  const targets = await Promise.all(links.map((link) => realpath(link).catch(() => undefined)));
  return targets.filter((target) => target !== undefined);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

/** The permission model follows no links, so it is given where they lead; what isn't there yet is where it is. */
async function realPaths(cwd: string, paths: readonly string[]): Promise<string[]> {
  const absolute = paths.map((each) => path.resolve(cwd, each));
  return Promise.all(absolute.map((each) => realpath(each).catch(() => each)));
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

function cannot({ name, execPath }: Request, problem: string, remedy: string, cause?: unknown): Error {
  return invalidModule(name, problem, remedy, { data: { execPath }, cause });
}
