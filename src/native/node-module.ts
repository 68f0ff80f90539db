import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { heapArguments } from '../process/heap-arguments.ts';
import type { Module, Protocol } from '../process/protocol.ts';
import { keepCodeCache } from './code-cache.ts';
import { identityEnvironment } from './identity.ts';
import { checkWorkingFolder, invalidModule } from './invalid-module.ts';
import { permissionArguments, type ModulePermissions } from './permissions.ts';
import { nativeProtocol } from './protocol.ts';

/** How to run a JavaScript file as a module. */
export interface NodeModuleOptions {
  /** The JavaScript file, ES module or CommonJS; relative paths start at the current folder of the app. */
  readonly path: string;
  /** For people. Default: the path as given. */
  readonly name?: string;
  /** Arguments of the module. Default none. */
  readonly args?: readonly string[];
  /** The Node to run it with. Default: the one that runs the app. */
  readonly execPath?: string;
  /** Arguments of Node itself. Default none. */
  readonly execArgv?: readonly string[];
  /** Default: the folder of the file. */
  readonly cwd?: string;
  /** Added to the environment allowed through. */
  readonly env?: Readonly<Record<string, string>>;
  /** A folder the file must be in, symbolic links resolved. Default: anywhere. */
  readonly root?: string;
  /**
   * `lines`: a pipe of its own on descriptor 3, which `runModule` reads and writes without Node's part in it; `node`: the module finds `process.send`.
   * Default `lines`; on Windows `node`.
   */
  readonly channel?: 'lines' | 'node';
  /** What it may do, by Node's own permission model, which guards against mistakes and not against malice; `off`: everything. Default: nothing beyond `ModulePermissions`' defaults; `off` with `--inspect` in `execArgv`, since Node opens no inspector in a process that is held to permissions. */
  readonly permissions?: ModulePermissions | 'off';
  /** Default: `nativeProtocol()`. */
  readonly protocol?: Protocol;
}

/**
 * A JavaScript file that calls `runModule` of `greenroom/module`, run by Node in a process of its own.
 * Its `prepare` throws `MODULE_INVALID` when the file is missing, no file, unreadable or outside of `root`.
 * @example
 * const lamp = nodeModule('modules/lamp.js');
 */
export function nodeModule(pathOrOptions: string | NodeModuleOptions): Module {
  const options = typeof pathOrOptions === 'string' ? { path: pathOrOptions } : pathOrOptions;
  const name = options.name ?? options.path;
  const protocol = options.protocol ?? nativeProtocol();
  const channel = options.channel ?? (process.platform === 'win32' ? 'node' : 'lines');
  return {
    name,
    async prepare({ signal, heapLimit }) {
      const file = await findFile(name, options);
      const cwd = path.resolve(options.cwd ?? path.dirname(file));
      const { execPath = process.execPath, execArgv = [], args = [], env = {} } = options;
      if (execPath === process.execPath) void keepCodeCache();
      const [held] = await Promise.all([
        permissionsOf(options, { name, file, cwd, execPath, signal }),
        checkWorkingFolder(name, cwd),
      ]);
      signal.throwIfAborted();
      return {
        file: execPath,
        args: [...heapArguments(heapLimit), ...held, ...withOurs, ...execArgv, file, ...args],
        cwd,
        env,
        channel,
        protocol,
        tokenDelivery: 'descriptor',
        spare: { serves: 'any' },
        environment: identityEnvironment(channel),
      };
    },
  };
}

/** Has `greenroom/module` be what V8 need not compile again, which the usual one, made for bundlers too, can't be. */
const withOurs = ['--conditions=greenroom'];

function permissionsOf(
  options: NodeModuleOptions,
  request: Parameters<typeof permissionArguments>[1],
): Promise<string[]> {
  const isDebugged = (options.execArgv ?? []).some((argument) => argument.startsWith('--inspect'));
  const granted = options.permissions ?? (isDebugged ? 'off' : {});
  return granted === 'off' ? Promise.resolve([]) : permissionArguments(granted, request);
}

async function findFile(name: string, options: NodeModuleOptions): Promise<string> {
  const file = path.resolve(options.path);
  const data = { path: file };
  const [found, unreadable, real] = await Promise.all([
    stat(file).catch(() => null),
    access(file, constants.R_OK).catch((error: unknown) => error),
    realpath(file).catch(() => null),
  ]);
  if (found === null || real === null)
    throw invalidModule(name, `there is no file ${file}`, 'Check the path, or build the module first.', {
      data,
    });
  if (!found.isFile()) {
    throw invalidModule(
      name,
      `${file} is not a file`,
      'Give the path of the JavaScript file that calls runModule.',
      { data },
    );
  }
  if (unreadable !== undefined) {
    throw invalidModule(
      name,
      `${file} can't be read`,
      'Give the user who runs the app the right to read it.',
      { data, cause: unreadable },
    );
  }
  if (options.root !== undefined) await checkInside(name, real, options.root);
  // What was checked is what is run: a link may lead elsewhere by then, and the permission model follows none.
  return real;
}

async function checkInside(name: string, realFile: string, root: string): Promise<void> {
  const folder = path.resolve(root);
  const realFolder = await realpath(folder).catch(() => folder);
  if (realFile.startsWith(realFolder.endsWith(path.sep) ? realFolder : realFolder + path.sep)) return;
  throw invalidModule(
    name,
    `${realFile} is outside of ${realFolder}`,
    'Move it into that folder, or change `root`.',
    {
      data: { path: realFile, root: realFolder },
    },
  );
}
