import type { Manifest } from './manifest.ts';
import type { NodeRuntime } from './node-runtime.ts';
import { permissionFlags, type NodeGrants } from '../process/node-permissions.ts';
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
  return [...permissionFlags(runtime, grantsOf(request)), ...algorithms];
}

/** A module without a network is of no use, so none is denied it. */
function grantsOf({ manifest: { permissions }, readable }: PermissionRequest): NodeGrants {
  const addons = permissions.has('native-addons');
  const everything = permissions.has('filesystem') || addons;
  return {
    read: everything || readable,
    write: everything || [],
    worker: permissions.has('worker-threads'),
    childProcess: permissions.has('child-process') || addons,
    addons,
    network: true,
  };
}
