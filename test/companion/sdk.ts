import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { node22 } from './node-22.ts';

/** The published versions of `@companion-module/base` that are installed side by side, and the packages that hold them. */
export const sdkVersions = [
  { version: '0.5.1', alias: 'companion-base-0-5' },
  { version: '1.4.3', alias: 'companion-base-1-4' },
  { version: '1.8.0', alias: 'companion-base-1-8' },
  { version: '1.11.3', alias: 'companion-base-1-11' },
  { version: '1.12.1', alias: 'companion-base-1-12' },
  { version: '1.13.6', alias: 'companion-base-1-13' },
  { version: '1.14.1', alias: 'companion-base-1-14' },
] as const;

/** The SDK of module API 2.x, which wants Node 22. */
export const sdk2 = { version: '2.0.4', alias: 'companion-base-2-0' } as const;
export type Sdk = (typeof sdkVersions)[number] | typeof sdk2;

/** What the manifest of a fixture says of its runtime where it has a module for each generation. */
export function runtimeFor(sdk: Sdk): object {
  return sdk === sdk2 ? { entrypoint: '../main-2.mjs' } : {};
}

/** Those that this run tests: the oldest and the newest of 1.x, and 2.x; with SDKS=all in the environment, as in CI, all of them. */
export const testedSdks: readonly Sdk[] = [
  ...(process.env['SDKS'] === 'all' ? sdkVersions : [sdkVersions[0], sdkVersions.at(-1)!]),
  ...(node22 === undefined ? [] : [sdk2]),
];

export interface ModuleFolder {
  readonly folder: string;
  remove(): Promise<void>;
}

/** Copies a fixture to a folder of its own and installs one version of the base for it, as a link. */
export async function createModuleFolder(
  sdk: Sdk,
  fixture: string,
  runtime: object = {},
): Promise<ModuleFolder> {
  const folder = await mkdtemp(path.join(await realpath(tmpdir()), 'greenroom-companion-'));
  await cp(path.join(import.meta.dirname, 'fixtures', fixture), folder, { recursive: true });
  await mkdir(path.join(folder, 'node_modules', '@companion-module'), { recursive: true });
  await symlink(installed(sdk), path.join(folder, 'node_modules', '@companion-module', 'base'), 'junction');
  await changeManifest(folder, runtime);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Changes fields of `runtime` in the manifest. */
async function changeManifest(folder: string, runtime: object): Promise<void> {
  const file = path.join(folder, 'companion', 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { runtime: object };
  await writeFile(file, JSON.stringify({ ...manifest, runtime: { ...manifest.runtime, ...runtime } }));
}

function installed({ alias }: Sdk): string {
  return path.dirname(createRequire(import.meta.url).resolve(`${alias}/package.json`));
}

/** Base 0.5 runs upgrade scripts on a config only along with actions or feedbacks. */
export function upgradesConfigAlone({ version }: Sdk): boolean {
  return version !== '0.5.1';
}
