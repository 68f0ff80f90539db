import path from 'node:path';
import type { Module, Protocol } from '../process/protocol.ts';
import { identityEnvironment } from './identity.ts';
import { checkWorkingFolder, invalidModule } from './invalid-module.ts';
import { nativeProtocol } from './protocol.ts';
import { searchPath } from './search-path.ts';

/** How to run a program as a module. */
export interface CommandModuleOptions {
  /** A name to look up on PATH, or a path from `cwd`. Not read by a shell. */
  readonly command: string;
  /** Default none. */
  readonly args?: readonly string[];
  /** For people. Default: the command. */
  readonly name?: string;
  /** Default: the current folder of the app. */
  readonly cwd?: string;
  /** Added to the environment allowed through; its PATH, if any, is the one that is searched. */
  readonly env?: Readonly<Record<string, string>>;
  /** `lines`: the module reads and writes descriptor 3. `stdio`: stdin and stdout, on any platform. Default `lines`. */
  readonly channel?: 'lines' | 'stdio';
  /** Default: `nativeProtocol()`. */
  readonly protocol?: Protocol;
}

/**
 * A program in any language that speaks the protocol of `docs/protocol.md`.
 * Its `prepare` throws `MODULE_INVALID` when the program isn't there or may not be executed.
 * @example
 * const thermometer = commandModule({ command: 'python3', args: ['thermometer.py'], cwd: 'modules' });
 */
export function commandModule(options: CommandModuleOptions): Module {
  const name = options.name ?? options.command;
  const channel = options.channel ?? 'lines';
  const protocol = options.protocol ?? nativeProtocol();
  return {
    name,
    async prepare({ signal }) {
      const cwd = path.resolve(options.cwd ?? '.');
      await checkWorkingFolder(name, cwd);
      const file = await findProgram(name, options, cwd);
      signal.throwIfAborted();
      return {
        file,
        args: options.args ?? [],
        cwd,
        env: options.env ?? {},
        channel,
        protocol,
        tokenDelivery: 'descriptor',
        spare: { serves: 'any' },
        environment: identityEnvironment(channel),
      };
    },
  };
}

async function findProgram(name: string, options: CommandModuleOptions, cwd: string): Promise<string> {
  const found = await searchPath(options.command, cwd, { ...process.env, ...options.env });
  if ('file' in found) return found.file;
  const places = found.searched.length > 0 ? found.searched.join(', ') : 'nowhere, because PATH is empty';
  throw invalidModule(
    name,
    `there is no program ${options.command} that may be executed (searched: ${places})`,
    'Install it, or give its full path.',
    { data: { command: options.command, searched: found.searched } },
  );
}
