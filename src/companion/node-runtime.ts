import { nodeVersion, type NodeVersion } from '../process/node-version.ts';
import { invalidModule } from './invalid-module.ts';
import type { RuntimeType } from './manifest.ts';

/** A Node program. */
export interface NodeRuntime extends NodeVersion {
  readonly file: string;
}

/** Which program runs modules of which runtime type; what is missing runs with the Node of the app. */
export type Runtimes = Readonly<Partial<Record<RuntimeType, string>>>;

/**
 * Finds programs for runtime types and asks each once for its version, since the flags of the permission model depend on it.
 * @throws {GreenroomError} `MODULE_INVALID` when a given program doesn't answer like a Node.
 */
export function createRuntimeFinder(runtimes: Runtimes) {
  const known = new Map<string, NodeRuntime>();
  return async (folder: string, type: RuntimeType, signal: AbortSignal): Promise<NodeRuntime> => {
    const file = runtimes[type] ?? process.execPath;
    const runtime = known.get(file) ?? { file, ...(await versionOf(folder, type, file, signal)) };
    known.set(file, runtime);
    return runtime;
  };
}

async function versionOf(
  folder: string,
  type: RuntimeType,
  file: string,
  signal: AbortSignal,
): Promise<NodeVersion> {
  try {
    return await nodeVersion(file, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw invalidModule(
      folder,
      `${file}, given for runtime ${type}, is no usable Node`,
      'Correct the option `runtimes`.',
      cause,
    );
  }
}
