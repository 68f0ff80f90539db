import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuntimeType } from '../../src/companion/manifest.ts';
import { createRuntimeFinder, type Runtimes } from '../../src/companion/node-runtime.ts';

let app: string;
beforeEach(async () => {
  app = path.join(
    await mkdtemp(path.join(await realpath(tmpdir()), 'greenroom-runtimes-')),
    'deep',
    'inside',
  );
  await mkdir(app, { recursive: true });
});
afterEach(() => rm(path.dirname(path.dirname(app)), { recursive: true, force: true }));

const platform = process.platform === 'win32' ? 'win' : process.platform;
const binary = `node-${platform}-${process.arch}`;
const signal = new AbortController().signal;
const find = (
  type: RuntimeType,
  { own = '20.19.4', runtimes = {} }: { own?: string; runtimes?: Runtimes } = {},
) =>
  createRuntimeFinder(runtimes, { folders: [app], own: { file: 'the app’s own', version: `v${own}` } })(
    'lamp',
    type,
    signal,
  );

describe('The Node of a module', () => {
  it.each([
    ['node18', '20.19.4'],
    ['node18', '26.0.0'],
    ['node22', '20.19.4'],
    ['node22', '24.1.0'],
    ['node26', '26.0.0'],
  ] as const)('for %s is that of the app when there is no other and it is %s', async (type, own) => {
    expect(await find(type, { own })).toMatchObject({
      file: 'the app’s own',
      major: Number(own.slice(0, 2)),
    });
  });

  it.each([binary, `@somewhere/${binary}`])('is found in node_modules, as %s', async (name) => {
    const file = await install(app, name, name, '22.20.1');
    expect(await find('node22')).toEqual({ file, major: 22, minor: 20 });
  });

  it('is found under an alias and above, beside others, and the newest of its major is taken', async () => {
    const above = path.dirname(app);
    await install(app, 'node-old', binary, '22.9.0');
    const newest = await install(above, 'node-of-mine', binary, '22.21.0');
    await install(above, binary, binary, '24.0.0');
    await install(above, 'node-elsewhere', 'node-aix-ppc64', '22.99.0');
    expect((await find('node22')).file).toBe(newest);
  });

  it('that the app gave wins', async () => {
    await install(app, binary, binary, '22.20.1');
    const given = await install(path.dirname(app), 'given', 'given', '23.0.0');
    expect(await find('node22', { runtimes: { node22: given } })).toEqual({
      file: given,
      major: 23,
      minor: 0,
    });
  });

  it('that is missing is named, with what there is and how to get one', async () => {
    await install(app, binary, binary, '24.0.0');
    await expect(find('node26')).rejects.toMatchObject({
      code: 'MODULE_INVALID',
      message: expect.stringMatching(
        /wants a Node for node26.*runs on Node 20\.19\.4.*are: 24\.0\.0.*npm install node-.*@26/,
      ),
    });
  });

  it('that is installed but can’t be run is named', async () => {
    await rm(await install(app, binary, binary, '22.20.1'));
    await expect(find('node22')).rejects.toThrow(
      /installed for runtime node22, is no usable Node.*Install that package again/,
    );
  });
});

/** A package with a program that says this version. */
async function install(folder: string, directory: string, name: string, version: string): Promise<string> {
  const home = path.join(folder, 'node_modules', directory);
  await mkdir(path.join(home, 'bin'), { recursive: true });
  await writeFile(path.join(home, 'package.json'), JSON.stringify({ name, version }));
  const file = path.join(home, 'bin', 'node');
  await writeFile(file, `#!/bin/sh\necho v${version}\n`);
  await chmod(file, 0o755);
  return file;
}
