import type { Manifest } from './manifest.ts';
import type { NodeRuntime } from './node-runtime.ts';
import { since } from './version.ts';

/** What the arguments of Node depend on. */
export interface PermissionRequest {
  readonly manifest: Manifest;
  /** The API level of the module's base. */
  readonly level: number;
  readonly runtime: NodeRuntime;
  /** Folders the module may read in any case, real paths. */
  readonly readable: readonly string[];
  readonly mode: 'enforce' | 'off';
}

/**
 * The arguments that hold a module to the permissions of its manifest, by Node's own permission model. It is no sandbox against
 * malice, as Node's documentation says. Modules for node18 or on a base before 1.12 were written without it and run unrestricted.
 */
export function permissionArguments(request: PermissionRequest): string[] {
  const { manifest, level, runtime } = request;
  if (manifest.type === 'node18' || level < since.permissions) return [];
  const algorithms = manifest.permissions.has('insecure-algorithms') ? ['--openssl-legacy-provider'] : [];
  if (request.mode === 'off' || runtime.major < 20) return algorithms;
  return [
    ...modelOf(runtime),
    ...fileAccess(request),
    ...abilities(manifest.permissions),
    ...network(runtime),
    ...algorithms,
  ];
}

/** Stable since 22.13 and 23.5; before, the flag had another name and another warning. */
function modelOf({ major, minor }: NodeRuntime): string[] {
  const isStable = major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13);
  return isStable
    ? ['--permission', '--disable-warning=SecurityWarning']
    : ['--experimental-permission', '--disable-warning=ExperimentalWarning'];
}

function fileAccess({ manifest, readable }: PermissionRequest): string[] {
  const everything = manifest.permissions.has('filesystem') || manifest.permissions.has('native-addons');
  if (everything) return ['--allow-fs-read=*', '--allow-fs-write=*'];
  return readable.map((folder) => `--allow-fs-read=${folder}`);
}

function abilities(permissions: ReadonlySet<string>): string[] {
  const addons = permissions.has('native-addons');
  return [
    ...(permissions.has('worker-threads') ? ['--allow-worker'] : []),
    ...(permissions.has('child-process') || addons ? ['--allow-child-process'] : []),
    ...(addons ? ['--allow-addons'] : []),
  ];
}

/** Networks are restricted from Node 25, and older ones don't know the flag; a module without a network is of no use. */
function network({ major }: NodeRuntime): string[] {
  return major >= 25 ? ['--allow-net'] : [];
}
