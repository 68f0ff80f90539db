import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

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
export type Sdk = (typeof sdkVersions)[number];

/** Those that this run tests: the oldest and the newest; with SDKS=all in the environment, as in CI, all of them. */
export const testedSdks = process.env['SDKS'] === 'all' ? sdkVersions : [sdkVersions[0], sdkVersions.at(-1)!];

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
