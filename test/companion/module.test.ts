import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { companionModule, type CompanionModuleOptions } from '../../src/companion/index.ts';

let folder: string;
let surroundings: string;
beforeEach(async () => {
  surroundings = await mkdtemp(path.join(await realpath(tmpdir()), 'greenroom-companion-'));
  folder = path.join(surroundings, 'lamp');
  await mkdir(path.join(folder, 'companion'), { recursive: true });
  await writeFile(path.join(folder, 'main.js'), '');
  await writeFile(path.join(surroundings, 'outside.js'), '');
});
afterEach(() => rm(surroundings, { recursive: true, force: true }));

const signal = new AbortController().signal;
const prepare = (options: Partial<CompanionModuleOptions> = {}) =>
  companionModule({ folder, ...options }).prepare({ connectionId: 'lamp', signal });

describe('A Companion module', () => {
  it('is started in its folder with its manifest and its entrypoint', async () => {
    await writeManifest({});
    const launch = await prepare();
    expect(launch).toMatchObject({
      file: process.execPath,
      cwd: folder,
      channel: 'node',
      env: { MODULE_MANIFEST: 'companion/manifest.json' },
    });
    expect(launch.args.at(-1)).toBe(path.join(folder, 'main.js'));
    expect(
      launch.environment({ connectionId: 'lamp', incarnation: 3, token: 'secret', frameBytes: 8 }),
    ).toEqual({
      CONNECTION_ID: 'lamp',
      VERIFICATION_TOKEN: 'secret',
    });
  });

  it('takes a folder’s name for its own', () => {
    expect(companionModule(folder).name).toBe('lamp');
  });

  it('may have backslashes in its entrypoint', async () => {
    await writeManifest({ entrypoint: '..\\main.js' });
    expect((await prepare()).args.at(-1)).toBe(path.join(folder, 'main.js'));
  });

  it('is started at its real path', async () => {
    await writeManifest({});
    const link = path.join(surroundings, 'link');
    await symlink(folder, link, 'junction');
    expect((await prepare({ folder: link })).cwd).toBe(folder);
  });

  it('of a source tree has the version of its installed base, and may read that', async () => {
    await writeManifest({ apiVersion: '0.0.0' });
    await installBase(path.join(surroundings, 'node_modules'), '1.12.4');
    const { args } = await prepare();
    expect(args.filter((argument) => argument.startsWith('--allow-fs-read='))).toEqual([
      `--allow-fs-read=${folder}`,
      `--allow-fs-read=${path.join(surroundings, 'node_modules')}`,
    ]);
  });

  it('with its base inside needs to read nothing else', async () => {
    await writeManifest({ apiVersion: '0.0.0' });
    await installBase(path.join(surroundings, 'node_modules'), '1.2.0');
    await installBase(path.join(folder, 'node_modules'), '1.12.4');
    expect((await prepare()).args.filter((argument) => argument.startsWith('--allow-fs-read='))).toHaveLength(
      1,
    );
  });

  it('of an older base runs without restrictions', async () => {
    await writeManifest({ apiVersion: '0.0.0' });
    await installBase(path.join(folder, 'node_modules'), '1.11.3');
    expect((await prepare()).args).toEqual([path.join(folder, 'main.js')]);
  });

  it('on API 2 is started by our own entry, which it may read, with its entrypoint as an argument', async () => {
    await writeManifest({ apiVersion: '2.0.4' });
    const { args, environment, protocol, tokenDelivery } = await prepare();
    expect(args.slice(-4)).toEqual([
      expect.stringContaining(path.join('companion-entry', 'main.')),
      path.join(folder, 'main.js'),
      'lamp',
      '2.0.4',
    ]);
    expect(args).toContain(`--allow-fs-read=${path.resolve(import.meta.dirname, '../../src')}`);
    expect(protocol.name).toBe('companion 2');
    const identity = { connectionId: 'lamp', incarnation: 3, token: 'secret', frameBytes: 8 };
    expect(environment(identity)).toMatchObject({ GREENROOM_CONNECTION: 'lamp' });
    expect(Object.values(environment(identity))).not.toContain('secret');
    expect(tokenDelivery).toBe('descriptor');
  });

  it('runs on the Node that is given for its runtime', async () => {
    await writeManifest({ type: 'node26' });
    const node = await script('#!/bin/sh\necho v26.1.0\n');
    const { file, args } = await prepare({ runtimes: { node26: node } });
    expect(file).toBe(node);
    expect(args).toContain('--allow-net');
  });

  it.each([
    ['there is no such folder', async () => rm(folder, { recursive: true }), 'Check the path'],
    [
      'companion/manifest.json can’t be read',
      async () => undefined,
      'A module folder holds companion/manifest.json',
    ],
    ['manifest.json is not JSON', async () => writeText('{'), 'install the module again'],
    [
      'runtime.type in companion/manifest.json is nothing',
      async () => writeText('[]'),
      'one of node18, node22, node26',
    ],
    ['is "node12"', async () => writeManifest({ type: 'node12' }), 'one of node18, node22, node26'],
    ['is "http"', async () => writeManifest({ api: 'http' }), '"nodejs-ipc" was expected'],
    ['is "3.0.0"', async () => writeManifest({ apiVersion: '3.0.0' }), '0.5 to 1.14'],
    ['is "0.4.9"', async () => writeManifest({ apiVersion: '0.4.9' }), '0.5 to 1.14'],
    ['is 1', async () => writeManifest({ apiVersion: 1 }), '0.5 to 1.14'],
    ['is ""', async () => writeManifest({ entrypoint: '' }), 'a path such as "../main.js"'],
    [
      'is missing or no file',
      async () => writeManifest({ entrypoint: '../dist/main.js' }),
      'Build the module',
    ],
    ['is missing or no file', async () => writeManifest({ entrypoint: '..' }), 'Build the module'],
    [
      'outside of the module folder',
      async () => writeManifest({ entrypoint: '../../outside.js' }),
      'runtime.entrypoint',
    ],
    ['outside of the module folder', async () => leaveByLink(), 'runtime.entrypoint'],
    [
      'no @companion-module/base is installed',
      async () => writeManifest({ apiVersion: '0.0.0' }),
      'Install the dependencies',
    ],
    ['it uses module API 3.1.0', async () => useInstalled('3.1.0'), 'Use another version of it'],
  ])('can’t be started when %s', async (problem, arrange, remedy) => {
    await arrange();
    const failure: unknown = await prepare().then(
      () => null,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'MODULE_INVALID', data: { folder } });
    const { message } = failure as Error;
    expect(message).toContain(folder);
    expect(message.replaceAll("'", '’')).toContain(problem.replaceAll("'", '’'));
    expect(message).toContain(remedy);
  });

  it.each([
    ['missing', async () => path.join(surroundings, 'nowhere')],
    ['something else', async () => script('#!/bin/sh\necho hello\n')],
  ])('can’t be started when the Node for its runtime is %s', async (_, program) => {
    await writeManifest({});
    await expect(prepare({ runtimes: { node22: await program() } })).rejects.toMatchObject({
      code: 'MODULE_INVALID',
      message: expect.stringContaining('given for runtime node22'),
    });
  });

  it('is not prepared when nobody waits for it any more', async () => {
    await writeManifest({});
    const module = companionModule(folder);
    await expect(module.prepare({ connectionId: 'lamp', signal: AbortSignal.abort() })).rejects.toThrow(
      'abort',
    );
  });
});

async function writeManifest(runtime: object): Promise<void> {
  const all = {
    type: 'node22',
    api: 'nodejs-ipc',
    apiVersion: '1.13.6',
    entrypoint: '../main.js',
    ...runtime,
  };
  await writeText(JSON.stringify({ id: 'lamp', runtime: all }));
}

async function writeText(text: string): Promise<void> {
  await writeFile(path.join(folder, 'companion', 'manifest.json'), text);
}

async function installBase(modules: string, version: string): Promise<void> {
  const base = path.join(modules, '@companion-module', 'base');
  await mkdir(base, { recursive: true });
  await writeFile(
    path.join(base, 'package.json'),
    JSON.stringify({ name: '@companion-module/base', version }),
  );
}

async function useInstalled(version: string): Promise<void> {
  await writeManifest({ apiVersion: '0.0.0' });
  await installBase(path.join(folder, 'node_modules'), version);
}

async function leaveByLink(): Promise<void> {
  await symlink(path.join(surroundings, 'outside.js'), path.join(folder, 'link.js'));
  await writeManifest({ entrypoint: '../link.js' });
}

async function script(text: string): Promise<string> {
  const file = path.join(surroundings, 'node-of-mine');
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}
