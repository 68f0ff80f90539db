import { nodeVersion, parseNodeVersion, type NodeVersion } from '../process/node-version.ts';
import { findInstalledNodes } from './installed-runtimes.ts';
import { invalidModule } from './invalid-module.ts';
import type { RuntimeType } from './manifest.ts';

/** A Node program. */
export interface NodeRuntime extends NodeVersion {
  readonly file: string;
}

/** Which program runs modules of which runtime type; for what is missing one is looked for. */
export type Runtimes = Readonly<Partial<Record<RuntimeType, string>>>;

/** Where to look, and what there is without looking. */
export interface RuntimeSurroundings {
  /** In the `node_modules` of these and all above them Nodes are looked for. Never a module's own: what it ships must not decide under which rules it runs. */
  readonly folders: readonly string[];
  /** The Node of the app. */
  readonly own: { readonly file: string; readonly version: string };
}

const here: RuntimeSurroundings = {
  folders: [import.meta.dirname, process.cwd()],
  own: { file: process.execPath, version: process.version },
};

/**
 * What a type takes, as majors: one that is installed must be of that very major; the app's own Node may be newer, and for `node22` it may be 20, on which
 * all modules for it that were tried ran.
 */
const wanted: Readonly<Record<RuntimeType, { readonly major: number; readonly ownFrom: number }>> = {
  node18: { major: 18, ownFrom: 18 },
  node22: { major: 22, ownFrom: 20 },
  node26: { major: 26, ownFrom: 26 },
};

/**
 * Finds the program for a runtime type: the one the app gave, else one in `node_modules`, else the app's own Node if it satisfies. What was found is asked once for its
 * version, since the flags of the permission model depend on it.
 * @throws {GreenroomError} `MODULE_INVALID` when there is none, or a given program doesn't answer like a Node.
 */
export function createRuntimeFinder(runtimes: Runtimes, surroundings: RuntimeSurroundings = here) {
  const known = new Map<string, NodeRuntime>();
  return async (folder: string, type: RuntimeType, signal: AbortSignal): Promise<NodeRuntime> => {
    const choice = await choose(folder, type, runtimes, surroundings);
    const { file } = choice;
    if (file === surroundings.own.file) return { file, ...parseNodeVersion(surroundings.own.version) };
    const runtime = known.get(file) ?? { file, ...(await versionOf({ folder, type, ...choice }, signal)) };
    known.set(file, runtime);
    return runtime;
  };
}

interface Choice {
  readonly file: string;
  readonly why: 'given' | 'installed' | 'own';
}

async function choose(
  folder: string,
  type: RuntimeType,
  runtimes: Runtimes,
  { folders, own }: RuntimeSurroundings,
): Promise<Choice> {
  const given = runtimes[type];
  if (given !== undefined) return { file: given, why: 'given' };
  const { major, ownFrom } = wanted[type];
  const installed = await findInstalledNodes(folders);
  const fitting = installed.find(({ version }) => version.startsWith(`${major}.`));
  if (fitting) return { file: fitting.file, why: 'installed' };
  if (parseNodeVersion(own.version).major >= ownFrom) return { file: own.file, why: 'own' };
  const others = installed.map(({ version }) => version).join(', ') || 'none';
  throw invalidModule(
    folder,
    `it wants a Node for ${type}; the app runs on Node ${own.version.slice(1)}, and the Nodes installed in node_modules are: ${others}`,
    `Install one (npm install node-${process.platform}-${process.arch}@${major}), or give its path with the option \`runtimes\`: { ${type}: "…" }.`,
  );
}

async function versionOf(
  { folder, type, file, why }: Choice & { readonly folder: string; readonly type: RuntimeType },
  signal: AbortSignal,
): Promise<NodeVersion> {
  try {
    return await nodeVersion(file, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw invalidModule(
      folder,
      `${file}, ${why} for runtime ${type}, is no usable Node`,
      why === 'given'
        ? 'Correct the option `runtimes`.'
        : 'Install that package again, or give another Node with the option `runtimes`.',
      cause,
    );
  }
}
