import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { permissionFlags, restrictsNetwork, type NodeGrants } from '../process/node-permissions.ts';
import { nodeVersion, type NodeVersion } from '../process/node-version.ts';
import { importable } from './importable.ts';
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

/** The permission model follows no links, so it is given where they lead; what isn't there yet is where it is. */
async function realPaths(cwd: string, paths: readonly string[]): Promise<string[]> {
  const absolute = paths.map((each) => path.resolve(cwd, each));
  return Promise.all(absolute.map((each) => realpath(each).catch(() => each)));
}

function cannot({ name, execPath }: Request, problem: string, remedy: string, cause?: unknown): Error {
  return invalidModule(name, problem, remedy, { data: { execPath }, cause });
}
