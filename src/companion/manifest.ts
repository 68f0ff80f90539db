import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { fieldsOf } from './fields.ts';
import { invalidModule } from './invalid-module.ts';
import { apiLevel, isSupported, supportedVersions, unversioned } from './version.ts';

/** The kinds of Node a module can ask for. */
export const runtimeTypes = ['node18', 'node22', 'node26'] as const;
/** One of them. */
export type RuntimeType = (typeof runtimeTypes)[number];

/** What a start needs of `companion/manifest.json`. */
export interface Manifest {
  readonly type: RuntimeType;
  /** As written; "0.0.0" in source trees. */
  readonly apiVersion: string;
  /** As written, relative to the folder `companion`; forward slashes. */
  readonly entrypoint: string;
  readonly permissions: ReadonlySet<string>;
}

/** Real ones are a few thousand bytes long. */
const mostBytes = 1_048_576;

/** Reads and checks the manifest of a module folder. @throws {GreenroomError} `MODULE_INVALID`. */
export async function readManifest(folder: string): Promise<Manifest> {
  const runtime = fieldsOf(fieldsOf(await readManifestFile(folder)).get('runtime'));
  const type = runtimeTypes.find((known) => known === runtime.get('type'));
  if (!type) throw wrong(folder, 'type', `one of ${runtimeTypes.join(', ')}`, runtime.get('type'));
  if (runtime.get('api') !== 'nodejs-ipc') throw wrong(folder, 'api', '"nodejs-ipc"', runtime.get('api'));
  const apiVersion = runtime.get('apiVersion');
  if (typeof apiVersion !== 'string' || !(apiVersion === unversioned || isSupported(apiLevel(apiVersion)))) {
    throw wrong(
      folder,
      'apiVersion',
      `${supportedVersions}, or "${unversioned}" in a source tree`,
      apiVersion,
    );
  }
  const entrypoint = runtime.get('entrypoint');
  if (typeof entrypoint !== 'string' || entrypoint === '')
    throw wrong(folder, 'entrypoint', 'a path such as "../main.js"', entrypoint);
  return {
    type,
    apiVersion,
    entrypoint: entrypoint.replaceAll('\\', '/'),
    permissions: granted(runtime.get('permissions')),
  };
}

/** What `companion/manifest.json` holds, unchecked. @throws {GreenroomError} `MODULE_INVALID` when it can't be read or isn't JSON. */
export async function readManifestFile(folder: string): Promise<unknown> {
  const file = path.join(folder, 'companion', 'manifest.json');
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > mostBytes) {
    throw invalidModule(
      folder,
      `${file} is ${size} bytes long, more than the ${mostBytes} that are read`,
      'Correct the file, or install the module again.',
    );
  }
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw invalidModule(
      folder,
      `${file} can't be read`,
      'A module folder holds companion/manifest.json; check the path.',
      cause,
    );
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidModule(
      folder,
      `${file} is not JSON`,
      'Correct the file, or install the module again.',
      cause,
    );
  }
}

function granted(permissions: unknown): ReadonlySet<string> {
  const names = [...fieldsOf(permissions)].filter(([, isGranted]) => isGranted === true);
  return new Set(names.map(([name]) => name));
}

function wrong(folder: string, field: string, expected: string, found: unknown): Error {
  const shown = (JSON.stringify(found) ?? 'nothing').slice(0, 100);
  return invalidModule(
    folder,
    `runtime.${field} in companion/manifest.json is ${shown}, where ${expected} was expected`,
    'Correct the manifest, or install a version of the module that this host supports.',
  );
}
