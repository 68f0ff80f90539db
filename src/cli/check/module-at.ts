import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CompanionHost, companionModule, type Runtimes } from '../../companion/index.ts';
import { commandModule, GreenroomError, nodeModule, type Module } from '../../index.ts';

export interface FoundModule {
  readonly module: Module;
  /** For people. */
  readonly kind: string;
  /** It ends by a signal when it was asked to stop, as all Companion modules do. */
  readonly endsBySignal: boolean;
  /** Where its manifest is, if it is a Companion module. */
  readonly folder?: string;
  /** What it expects around it, if it is one. */
  readonly createHost?: () => CompanionHost;
}

const javaScript = new Set(['.js', '.mjs', '.cjs']);

/**
 * Finds out what kind of module a path is.
 * @throws {GreenroomError} `MODULE_INVALID` when it is none that can be told.
 */
export async function moduleAt(given: string, channel: 'lines' | 'stdio'): Promise<FoundModule> {
  const found = await stat(given).catch(() => null);
  if (found === null) throw invalid(given, 'there is nothing at this path. Check it.');
  if (found.isDirectory()) return moduleInFolder(given);
  const file = path.resolve(given);
  const extension = path.extname(file);
  if (javaScript.has(extension)) return native(nodeModule({ path: file, name: given }), 'a Node module');
  const cwd = path.dirname(file);
  if (extension === '.py') {
    return native(
      commandModule({ command: 'python3', args: [file], name: given, cwd, channel }),
      'a Python module',
    );
  }
  return native(commandModule({ command: file, name: given, cwd, channel }), 'a program');
}

async function moduleInFolder(folder: string): Promise<FoundModule> {
  const manifest = await stat(path.join(folder, 'companion', 'manifest.json')).catch(() => null);
  if (manifest !== null) return companionAt(folder);
  const main = await mainOf(path.join(folder, 'package.json'));
  if (main === null) {
    throw invalid(
      folder,
      'this folder has neither companion/manifest.json nor a package.json with "main". Give the file of the module.',
    );
  }
  return native(nodeModule({ path: path.join(folder, main), name: folder }), 'a Node module');
}

/** Its shared UDP ports are bound on this machine only, and what it does wrong is told by other means. */
function companionAt(folder: string): FoundModule {
  const options = { sharedAddresses: { udp4: '127.0.0.1', udp6: '::1' }, onProblem: () => undefined };
  return {
    module: companionModule({ folder, runtimes: givenRuntimes() }),
    kind: 'a Companion module',
    endsBySignal: true,
    folder,
    createHost: () => new CompanionHost(options),
  };
}

/** The Nodes named by GREENROOM_NODE_18, GREENROOM_NODE_22 and GREENROOM_NODE_26. */
function givenRuntimes(): Runtimes {
  const given = (['node18', 'node22', 'node26'] as const).map(
    (type) => [type, process.env[`GREENROOM_NODE_${type.slice(4)}`]] as const,
  );
  return Object.fromEntries(given.filter(([, file]) => file !== undefined));
}

async function mainOf(file: string): Promise<string | null> {
  try {
    const { main } = JSON.parse(await readFile(file, 'utf8')) as { main?: unknown };
    return typeof main === 'string' ? main : null;
  } catch {
    return null;
  }
}

function native(module: Module, kind: string): FoundModule {
  return { module, kind, endsBySignal: false };
}

function invalid(where: string, problem: string): GreenroomError {
  return new GreenroomError('MODULE_INVALID', `${where}: ${problem}`);
}
