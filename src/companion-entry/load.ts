import { pathToFileURL } from 'node:url';
import { misconfigured } from '../module/misconfigured.ts';
import type { SdkInstance, UpgradeScript } from './sdk.ts';

/** What a module on API 2.x exports. */
export interface LoadedModule {
  readonly create: new (context: object) => SdkInstance;
  readonly upgradeScripts: readonly UpgradeScript[];
}

/** Imports the entrypoint of a module. Rejects with what the import threw, as *misconfigured* where only another module can help. */
export async function loadModule(entrypoint: string): Promise<LoadedModule> {
  const exported = await importFile(entrypoint);
  const { default: create, UpgradeScripts: scripts } = ownExports(exported);
  if (typeof create !== 'function') {
    throw misconfigured(
      `${entrypoint} exports no class: its default export is ${describe(create)}. A module on API 2.x exports its instance class as default.`,
    );
  }
  return { create: create as LoadedModule['create'], upgradeScripts: scriptsOf(entrypoint, scripts) };
}

async function importFile(entrypoint: string): Promise<object> {
  try {
    return (await import(pathToFileURL(entrypoint).href)) as object;
  } catch (error) {
    if (!isLasting(error)) throw error;
    throw misconfigured(`${entrypoint} can't be imported: ${String(error)}`);
  }
}

/** What is missing or no JavaScript now is so at the next start. */
function isLasting(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return (
    error instanceof SyntaxError ||
    code === 'ERR_MODULE_NOT_FOUND' ||
    code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
  );
}

interface Exports {
  readonly default?: unknown;
  readonly UpgradeScripts?: unknown;
}

/** CommonJS that was compiled from an ES module has its exports one level down. */
function ownExports(exported: Exports): Exports {
  const inner = exported.default;
  return typeof inner === 'object' && inner !== null && 'default' in inner ? inner : exported;
}

function scriptsOf(entrypoint: string, scripts: unknown): readonly UpgradeScript[] {
  if (scripts === undefined) return [];
  if (Array.isArray(scripts) && scripts.every((script) => typeof script === 'function'))
    return scripts as UpgradeScript[];
  throw misconfigured(
    `${entrypoint} exports UpgradeScripts that are no list of functions: ${describe(scripts)}.`,
  );
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'a list' : value === undefined ? 'missing' : `of type ${typeof value}`;
}
