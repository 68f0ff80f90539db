import path from 'node:path';
import { fieldsOf } from '../fields.ts';
import { findInstalledBase } from '../installed-base.ts';
import { readManifestFile } from '../manifest.ts';
import { companionModule, type CompanionModuleOptions } from '../module.ts';
import { unversioned } from '../version.ts';
import { text } from '../definitions/read.ts';
import { manifestWarnings } from './manifest-warnings.ts';
import type { RegisteredModule } from './registered.ts';

/** How modules of a registry are started. */
export type StartOptions = Pick<CompanionModuleOptions, 'permissions' | 'runtimes'>;

/** Finds out what a module folder holds, and whether it could be started now. */
export async function inspectFolder(
  folder: string,
  packageFile: string | null,
  options: StartOptions,
): Promise<RegisteredModule> {
  // Why it can't be read is what the module itself says.
  const manifest = await readManifestFile(folder).catch(() => null);
  const fields = fieldsOf(manifest);
  const id = text(fields.get('id'), '') || path.basename(folder);
  const apiVersion = await apiVersionOf(folder, fieldsOf(fields.get('runtime')));
  return {
    id,
    name: text(fields.get('name'), id),
    version: text(fields.get('version'), unversioned),
    isPrerelease: fields.get('isPrerelease') === true,
    apiVersion,
    folder,
    packageFile,
    problem: await problemOf(folder, options),
    warnings: manifest === null ? [] : manifestWarnings(manifest, apiVersion),
    manifest: manifest === null ? null : Object.fromEntries(fields),
  };
}

async function apiVersionOf(folder: string, runtime: ReadonlyMap<string, unknown>): Promise<string | null> {
  const written = runtime.get('apiVersion');
  if (typeof written === 'string' && written !== unversioned) return written;
  const entrypoint = runtime.get('entrypoint');
  if (typeof entrypoint !== 'string') return null;
  const file = path.resolve(folder, 'companion', entrypoint.replaceAll('\\', '/'));
  return (await findInstalledBase(file))?.version ?? null;
}

/** What a start would fail for. */
async function problemOf(folder: string, options: StartOptions): Promise<string | null> {
  try {
    const module = companionModule({ ...options, folder });
    await module.prepare({ connectionId: 'registry', signal: AbortSignal.timeout(10_000) });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
