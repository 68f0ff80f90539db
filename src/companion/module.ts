import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Module } from '../process/protocol.ts';
import type { InitOptions } from './init.ts';
import { isInside } from './is-inside.ts';
import { findInstalledBase, type InstalledBase } from './installed-base.ts';
import { invalidModule } from './invalid-module.ts';
import { launch } from './launch.ts';
import { type Manifest, readManifest } from './manifest.ts';
import { createRuntimeFinder, type Runtimes } from './node-runtime.ts';
import type { UpgradeIndexes } from './kept-config.ts';
import { apiLevel, isSupported, supportedVersions, unversioned } from './version.ts';

/** Which Companion module to run, and how. */
export interface CompanionModuleOptions extends InitOptions {
  /** The folder that holds `companion/manifest.json`; relative paths start at the current folder of the app. */
  readonly folder: string;
  /** Whether modules on base 1.12 or later are held to the permissions of their manifest. Default `enforce`. */
  readonly permissions?: 'enforce' | 'off' | undefined;
  /** The Node for each runtime type. Default: one of that major in `node_modules`, else the one that runs the app, if it satisfies. */
  readonly runtimes?: Runtimes | undefined;
}

/**
 * A module of Bitfocus Companion, unmodified, from its folder.
 * Its `prepare` throws `MODULE_INVALID` when manifest, entrypoint, version or runtime are missing or wrong.
 * @example
 * const mixer = companionModule('modules/mixer');
 */
export function companionModule(folderOrOptions: string | CompanionModuleOptions): Module {
  const options = typeof folderOrOptions === 'string' ? { folder: folderOrOptions } : folderOrOptions;
  return rememberingModule(options, new Map());
}

/** One that keeps something for each of its connections until it is removed. */
export type RememberingModule = Module & { forget(connectionId: string): void };

/** The same, with upgrade indexes that it may share with other versions of the module: they belong to the configs of connections. */
export function rememberingModule(
  options: CompanionModuleOptions,
  indexes: UpgradeIndexes,
): RememberingModule {
  const findRuntime = createRuntimeFinder(options.runtimes ?? {});
  return {
    name: path.basename(path.resolve(options.folder)),
    async prepare({ signal, heapLimit }) {
      const folder = await findFolder(options.folder);
      const manifest = await readManifest(folder);
      const entrypoint = await findEntrypoint(folder, manifest.entrypoint);
      const base = await findInstalledBase(entrypoint);
      const version = findVersion(folder, manifest, base);
      const runtime = await findRuntime(folder, manifest.type, signal);
      signal.throwIfAborted();
      const found = { folder, manifest, entrypoint, base, version, runtime, options, indexes };
      return launch(found, heapLimit);
    },
    forget: (connectionId) => void indexes.delete(connectionId),
  };
}

/** The real path, because the permission model knows no other. */
async function findFolder(given: string): Promise<string> {
  const folder = path.resolve(given);
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return realpath(folder);
  throw invalidModule(
    folder,
    found ? 'this is no folder' : 'there is no such folder',
    'Check the path, or install the module.',
  );
}

async function findEntrypoint(folder: string, entrypoint: string): Promise<string> {
  const file = path.resolve(folder, 'companion', entrypoint);
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) {
    throw invalidModule(
      folder,
      `its entrypoint ${file} is missing or no file`,
      'Build the module, or correct runtime.entrypoint.',
    );
  }
  const real = await realpath(file);
  if (isInside(real, folder)) return real;
  throw invalidModule(
    folder,
    `its entrypoint ${real} is outside of the module folder`,
    'Correct runtime.entrypoint in its manifest.',
  );
}

function findVersion(folder: string, manifest: Manifest, base: InstalledBase | null): string {
  const version = manifest.apiVersion === unversioned ? base?.version : manifest.apiVersion;
  if (version === undefined) {
    throw invalidModule(
      folder,
      `its manifest says ${unversioned}, and no @companion-module/base is installed for it`,
      'Install the dependencies of the module.',
    );
  }
  if (isSupported(apiLevel(version))) return version;
  throw invalidModule(
    folder,
    `it uses module API ${version}; this host supports ${supportedVersions}`,
    'Use another version of it.',
  );
}
