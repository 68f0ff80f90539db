import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { node22 } from './node-22.ts';

/**
 * The newest published version of `@companion-module/base` of each minor one. Three of them and 2.x are installed with everything else, all in the folder `sdks` by
 * `npm run check:companion`.
 */
export const sdkVersions = [
  { version: '0.5.1', alias: 'companion-base-0-5' },
  { version: '1.0.2', alias: 'companion-base-1-0' },
  { version: '1.1.1', alias: 'companion-base-1-1' },
  { version: '1.2.1', alias: 'companion-base-1-2' },
  { version: '1.3.0', alias: 'companion-base-1-3' },
  { version: '1.4.3', alias: 'companion-base-1-4' },
  { version: '1.5.1', alias: 'companion-base-1-5' },
  { version: '1.6.0', alias: 'companion-base-1-6' },
  { version: '1.7.1', alias: 'companion-base-1-7' },
  { version: '1.8.0', alias: 'companion-base-1-8' },
  { version: '1.9.0', alias: 'companion-base-1-9' },
  { version: '1.10.0', alias: 'companion-base-1-10' },
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

/** Those that this run tests: the oldest and the newest of 1.x, and 2.x; with SDKS=all in the environment, as in `npm run check:companion`, all of them. */
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
  const places = [import.meta.dirname, path.join(import.meta.dirname, 'sdks')];
  const require = createRequire(import.meta.url);
  return path.dirname(require.resolve(`${alias}/package.json`, { paths: places }));
}

/** The minor version of 1.x; less than any of them before, and more for 2.x. */
export function levelOf({ version }: Sdk): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 1 ? minor : major === 0 ? -1 : major * 100;
}
