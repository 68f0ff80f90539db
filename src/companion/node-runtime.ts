import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { invalidModule } from './invalid-module.ts';
import type { RuntimeType } from './manifest.ts';

/** A Node program. */
export interface NodeRuntime {
  readonly file: string;
  readonly major: number;
  readonly minor: number;
}

/** Which program runs modules of which runtime type; what is missing runs with the Node of the app. */
export type Runtimes = Readonly<Partial<Record<RuntimeType, string>>>;

const run = promisify(execFile);

/**
 * Finds programs for runtime types and asks each once for its version, since the flags of the permission model depend on it.
 * @throws {GreenroomError} `MODULE_INVALID` when a given program doesn't answer like a Node.
 */
export function createRuntimeFinder(runtimes: Runtimes) {
  const known = new Map<string, NodeRuntime>();
  return async (folder: string, type: RuntimeType, signal: AbortSignal): Promise<NodeRuntime> => {
    const file = runtimes[type];
    if (file === undefined) return describe(process.execPath, process.version);
    const runtime = known.get(file) ?? describe(file, await versionOf(folder, type, file, signal));
    known.set(file, runtime);
    return runtime;
  };
}

async function versionOf(
  folder: string,
  type: RuntimeType,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    const { stdout } = await run(file, ['--version'], { signal, timeout: 5000 });
    if (/^v\d+\.\d+\./.test(stdout)) return stdout;
    throw new Error(`it answered ${JSON.stringify(stdout.slice(0, 100))} to --version`);
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

function describe(file: string, version: string): NodeRuntime {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  return { file, major, minor };
}
