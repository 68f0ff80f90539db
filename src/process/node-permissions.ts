import type { NodeVersion } from './node-version.ts';

/** What a Node program may do besides computing; paths are absolute and real. */
export interface NodeGrants {
  readonly read: readonly string[] | true;
  readonly write: readonly string[] | true;
  readonly childProcess: boolean;
  readonly worker: boolean;
  readonly addons: boolean;
  readonly network: boolean;
}

/** The arguments that hold a Node from 20 on to these grants, without its warnings about them. A network can be denied from Node 25 on only. */
export function permissionFlags(node: NodeVersion, grants: NodeGrants): string[] {
  return [
    ...modelOf(node),
    ...filesFlags('--allow-fs-read', grants.read),
    ...filesFlags('--allow-fs-write', grants.write),
    ...(grants.worker ? ['--allow-worker'] : []),
    ...(grants.childProcess ? ['--allow-child-process'] : []),
    ...(grants.addons ? ['--allow-addons'] : []),
    ...(grants.network && restrictsNetwork(node) ? allowNet : []),
  ];
}

// Node 26 still calls the flag experimental, on stderr of every process.
const allowNet = ['--allow-net', '--disable-warning=ExperimentalWarning'];

/** False for the arguments of a Node that is held to permissions without that for threads. */
export function mayHaveThreads(args: readonly string[]): boolean {
  const isHeld = args.includes('--permission') || args.includes('--experimental-permission');
  return !isHeld || args.includes('--allow-worker');
}

/** Whether this Node's permissions cover networks; older ones don't know the flag. */
export function restrictsNetwork({ major }: NodeVersion): boolean {
  return major >= 25;
}

/** Stable since 22.13 and 23.5; before, the flag had another name and another warning. */
function modelOf({ major, minor }: NodeVersion): string[] {
  const isStable = major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13);
  return isStable
    ? ['--permission', '--disable-warning=SecurityWarning']
    : [
        '--experimental-permission',
        '--disable-warning=ExperimentalWarning',
        '--disable-warning=SecurityWarning',
      ];
}

function filesFlags(flag: string, paths: readonly string[] | true): string[] {
  return paths === true ? [`${flag}=*`] : paths.map((path) => `${flag}=${path}`);
}
