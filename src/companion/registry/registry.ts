import path from 'node:path';
import type { Module } from '../../process/protocol.ts';
import { harmless } from '../host/harmless.ts';
import type { InitOptions } from '../init.ts';
import type { UpgradeIndexes } from '../kept-config.ts';
import { type RememberingModule, rememberingModule } from '../module.ts';
import { fingerprint, watchedFiles } from './fingerprint.ts';
import type { StartOptions } from './inspect-folder.ts';
import { noModule } from './no-module.ts';
import { defaultPackageLimits, type PackageLimits } from './package-limits.ts';
import type { RegisteredModule } from './registered.ts';
import { scan, type ScanOptions, watchedFolders } from './scan.ts';
import { FolderWatch } from './watch-folders.ts';

export interface ModuleRegistryOptions extends StartOptions {
  /** Each is a module folder itself, or holds module folders and packages (`.tgz`). Relative paths start at the current folder. */
  readonly folders: readonly string[];
  /** Where packages are unpacked; created if need be, and nobody else's. Without it packages can't be used. */
  readonly unpackTo?: string | undefined;
  /** What differs from `defaultPackageLimits`. */
  readonly limits?: Partial<PackageLimits> | undefined;
  /** Look again by itself when files change. Default false. */
  readonly watch?: boolean | undefined;
  /** Milliseconds without a change after which it looks. Default 200. */
  readonly silence?: number | undefined;
}

/** What a look at the folders found that was otherwise before. */
export interface RegistryChange {
  /** New, gone, or with other files or another problem than before. */
  readonly modules: readonly RegisteredModule[];
  /** The ids of connections that would start otherwise now than they did last: restart them to run what is there. */
  readonly connections: readonly string[];
}

interface Start {
  readonly id: string;
  readonly version: string | undefined;
  readonly folder: string;
}

/** Knows the Companion modules that are installed, in all their versions. */
export class ModuleRegistry implements Disposable {
  readonly #options: ScanOptions;
  readonly #watch: FolderWatch | null;
  readonly #listeners = new Set<(change: RegistryChange) => void>();
  /** What each connection was last started from. */
  readonly #started = new Map<string, Start>();
  /** By the ids of modules: another version goes on where the one before has left a config. */
  readonly #indexes = new Map<string, UpgradeIndexes>();
  #prints = new Map<string, string>();
  #modules: readonly RegisteredModule[] = [];
  #looking: Promise<unknown> = Promise.resolve();

  /** Made by `createModuleRegistry`. */
  constructor({ folders, unpackTo, limits, watch = false, silence = 200, ...start }: ModuleRegistryOptions) {
    this.#options = {
      ...start,
      folders,
      unpackTo: unpackTo === undefined ? null : path.resolve(unpackTo),
      limits: { ...defaultPackageLimits, ...limits },
    };
    this.#watch = watch ? new FolderWatch(silence, () => void this.rescan().catch(warn)) : null;
  }

  /** All that was found, by id and then the newest first; what can't be used says why. */
  get modules(): readonly RegisteredModule[] {
    return this.#modules;
  }

  /** The newest of this id that can be used, or that very version; undefined if there is none. */
  find(id: string, version?: string): RegisteredModule | undefined {
    return this.#modules.find(
      (module) =>
        module.id === id && module.problem === null && (version === undefined || module.version === version),
    );
  }

  /**
   * What a connection runs: each start takes what is the newest then, or that very version. Its `prepare` throws `MODULE_INVALID` with the versions there are, and why they can't be used.
   * @example
   * manager.add({ id: 'mixer', module: registry.module('studio-mixer') });
   */
  module(
    id: string,
    { version, ...init }: InitOptions & { readonly version?: string } = {},
  ): RememberingModule {
    const known = new Map<string, Module>();
    const indexes = this.#indexesOf(id);
    return {
      name: id,
      prepare: async (request) => {
        const folder = this.find(id, version)?.folder;
        if (folder === null || folder === undefined) throw noModule(id, version, this.#modules);
        this.#started.set(request.connectionId, { id, version, folder });
        const { permissions, runtimes } = this.#options;
        const module =
          known.get(folder) ?? rememberingModule({ ...init, folder, permissions, runtimes }, indexes);
        known.set(folder, module);
        return module.prepare(request);
      },
      forget: (connectionId) => {
        this.#started.delete(connectionId);
        indexes.delete(connectionId);
      },
    };
  }

  /** Looks at the folders; resolves with what is otherwise than before. */
  rescan(): Promise<RegistryChange> {
    const looking = this.#looking.then(() => this.#look());
    this.#looking = looking.catch(() => undefined);
    return looking;
  }

  /** Calls the listener after each look that found something otherwise; returns what ends that. */
  onChange(listener: (change: RegistryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends watching. */
  [Symbol.dispose](): void {
    this.#watch?.close();
    this.#listeners.clear();
  }

  #indexesOf(id: string): UpgradeIndexes {
    const indexes = this.#indexes.get(id) ?? new Map<string, number>();
    this.#indexes.set(id, indexes);
    return indexes;
  }

  async #look(): Promise<RegistryChange> {
    const before = this.#prints;
    const modules = await scan(this.#options);
    const prints = new Map<string, string>();
    for (const module of modules) prints.set(placeOf(module), await fingerprint(module));
    const changed = modules.filter((module) => before.get(placeOf(module)) !== prints.get(placeOf(module)));
    const gone = this.#modules.filter((module) => !prints.has(placeOf(module)));
    [this.#modules, this.#prints] = [modules, prints];
    await this.#follow();
    const change = this.#changeOf([...changed, ...gone]);
    if (change.modules.length > 0) for (const listener of this.#listeners) harmless(() => listener(change));
    return change;
  }

  #changeOf(modules: readonly RegisteredModule[]): RegistryChange {
    const folders = new Set(modules.map(({ folder }) => folder));
    const isOther = ({ id, version, folder }: Start): boolean =>
      folders.has(folder) || this.find(id, version)?.folder !== folder;
    const connections = [...this.#started].filter(([, start]) => isOther(start)).map(([id]) => id);
    return { modules, connections };
  }

  async #follow(): Promise<void> {
    if (this.#watch === null) return;
    const files = this.#modules.flatMap(watchedFiles);
    const folders = await watchedFolders(this.#options.folders);
    this.#watch.follow([...folders, ...files.map((file) => path.dirname(file))]);
  }
}

/** Makes a registry and looks at its folders for the first time. */
export async function createModuleRegistry(options: ModuleRegistryOptions): Promise<ModuleRegistry> {
  const registry = new ModuleRegistry(options);
  await registry.rescan();
  return registry;
}

function warn(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`The folders of modules can't be looked at: ${text}`, 'GreenroomWarning');
}

function placeOf({ packageFile, folder }: RegisteredModule): string {
  return packageFile ?? folder ?? '';
}
