import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { create, Header } from 'tar';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createModuleRegistry, type RegistryChange } from '../../src/companion/index.ts';
import { manifestSchema1 } from '../../src/companion/registry/manifest-schema-1.ts';
import { manifestSchema2 } from '../../src/companion/registry/manifest-schema-2.ts';
// @ts-expect-error A script in plain JavaScript.
import { manifestSchema } from '../../scripts/write-manifest-schemas.mjs';

const schemaOf = manifestSchema as (alias: string) => object;
const polling = { timeout: 10_000, interval: 5 };

describe('A registry of Companion modules', () => {
  it('lists all versions of a module side by side, the newest first, and finds each', async () => {
    const folder = temporary();
    moduleIn(folder, 'lamp-1', { version: '1.9.0' });
    moduleIn(folder, 'lamp-2', { version: '1.10.0' });
    moduleIn(folder, 'lamp-3', { version: '2.0.0', isPrerelease: true });
    moduleIn(folder, 'desk', { id: 'desk' });
    using registry = await createModuleRegistry({ folders: [folder] });
    const { modules } = registry;
    expect(modules.map(({ id, version, problem }) => [id, version, problem])).toEqual([
      ['desk', '1.0.0', null],
      ['lamp', '1.10.0', null],
      ['lamp', '1.9.0', null],
      ['lamp', '2.0.0', null],
    ]);
    expect(registry.find('lamp')).toMatchObject({ version: '1.10.0', apiVersion: '1.14.1', warnings: [] });
    expect(registry.find('lamp', '1.9.0')?.folder).toBe(path.join(folder, 'lamp-1'));
    expect(registry.find('lamp', '3.0.0')).toBeUndefined();
  });

  it('takes a folder that is a module itself, and none that does not exist', async () => {
    const folder = temporary();
    const lamp = moduleIn(folder, 'lamp-1');
    using registry = await createModuleRegistry({ folders: [lamp, path.join(folder, 'nowhere')] });
    expect(registry.modules).toMatchObject([{ id: 'lamp', folder: lamp }]);
  });

  it.each([
    [
      'its entrypoint is missing',
      { runtime: { entrypoint: '../gone.js' } },
      /entrypoint .*gone\.js is missing/,
    ],
    [
      'its entrypoint is outside',
      { runtime: { entrypoint: '../../outside.js' } },
      /outside of the module folder/,
    ],
    [
      'its runtime is unknown',
      { runtime: { type: 'node14' } },
      /runtime\.type .*"node14".*node18, node22, node26/,
    ],
    [
      'there is no such Node',
      { runtime: { type: 'node26' } },
      /nowhere\/node, given for runtime node26, is no/,
    ],
    ['its API is too old', { runtime: { apiVersion: '0.4.0' } }, /"0\.4\.0", where 0\.5 to 1\.14/],
    ['its API is too new', { runtime: { apiVersion: '3.0.0' } }, /"3\.0\.0", where 0\.5 to 1\.14/],
    [
      'its base is not installed',
      { runtime: { apiVersion: '0.0.0' } },
      /no @companion-module\/base is installed/,
    ],
  ])('says why a module can’t be used when %s', async (_why, manifest, reason) => {
    const folder = temporary();
    writeFileSync(path.join(folder, 'outside.js'), '');
    moduleIn(folder, 'lamp', manifest);
    using registry = await createModuleRegistry({
      folders: [folder],
      runtimes: { node26: '/nowhere/node' },
    });
    expect(registry.modules[0]?.problem).toMatch(reason);
    expect(registry.find('lamp')).toBeUndefined();
    const prepared = registry
      .module('lamp')
      .prepare({ connectionId: 'a', signal: new AbortController().signal });
    await expect(prepared).rejects.toMatchObject({
      code: 'MODULE_INVALID',
      message: expect.stringMatching(reason),
    });
  });

  it('says that a manifest is no JSON, and which modules there are when one is not installed', async () => {
    const folder = temporary();
    const broken = moduleIn(folder, 'broken');
    writeFileSync(path.join(broken, 'companion', 'manifest.json'), '{');
    using registry = await createModuleRegistry({ folders: [folder] });
    expect(registry.modules).toMatchObject([
      { id: 'broken', manifest: null, problem: expect.stringMatching(/is not JSON/) },
    ]);
    await expect(
      registry
        .module('desk', { version: '1.0.0' })
        .prepare({ connectionId: 'a', signal: AbortSignal.timeout(1000) }),
    ).rejects.toThrow(
      'Module desk in version 1.0.0 can’t be started: it is not installed; these are: broken.'.replace(
        '’',
        "'",
      ),
    );
  });

  it.each([
    ['1.14.1', {}, []],
    ['1.14.1', { maintainers: [{ nick: 'x' }] }, [/^maintainers\.0: .*name/, /maintainers\.0.*nick/]],
    ['1.14.1', { legacyIds: 'none' }, [/^legacyIds: .*array/]],
    ['2.0.4', { type: 'connection' }, []],
    ['2.0.4', {}, [/The manifest: .*"type"/]],
    ['2.1.3', { type: 'surface' }, [/^type: /]],
  ])('warns of what the schema of the SDK doesn’t allow (%s, %o)', async (apiVersion, manifest, warnings) => {
    const folder = temporary();
    moduleIn(folder, 'lamp', { ...manifest, runtime: { apiVersion } });
    using registry = await createModuleRegistry({ folders: [folder] });
    expect(registry.modules[0]?.warnings).toEqual(warnings.map((pattern) => expect.stringMatching(pattern)));
    expect(registry.modules[0]?.problem).toBeNull();
  });

  it('has the structure of manifests as the newest SDK of each generation ships it', () => {
    expect(manifestSchema1).toEqual(schemaOf('companion-base-1-14'));
    expect(manifestSchema2).toEqual(schemaOf('companion-base-2-0'));
  });

  it.each(['pkg', 'lamp'])('unpacks a package that nests everything in %s, once', async (top) => {
    const folder = temporary();
    const unpackTo = path.join(folder, 'unpacked');
    const file = await packageIn(folder, top);
    using registry = await createModuleRegistry({ folders: [folder], unpackTo });
    expect(registry.modules).toMatchObject([
      { id: 'lamp', version: '1.0.0', problem: null, packageFile: file },
    ]);
    const [unpacked] = readdirSync(unpackTo);
    expect(registry.modules[0]?.folder).toBe(path.join(unpackTo, unpacked!));
    const untouched = path.join(unpackTo, unpacked!, 'mark');
    writeFileSync(untouched, 'here');
    await registry.rescan();
    expect(readFileSync(untouched, 'utf8')).toBe('here');
    expect(readdirSync(unpackTo)).toHaveLength(1);
  });

  it.each([
    [
      'holds a link',
      [{ path: 'pkg/link', type: 'SymbolicLink', linkpath: '../..' }],
      /pkg\/link, a SymbolicLink/,
    ],
    ['holds a hard link', [{ path: 'pkg/link', type: 'Link', linkpath: 'pkg/main.js' }], /a Link/],
    ['leads out of itself', [{ path: 'pkg/../../evil.js' }], /evil\.js", a path that leads out of it/],
    ['is absolute', [{ path: '/tmp/evil.js' }], /evil\.js", a path that leads out of it/],
    ['has a path of Windows', [{ path: 'pkg\\..\\evil.js' }], /a path that leads out of it/],
    [
      'has several tops',
      [{ path: 'pkg/a' }, { path: 'other/b' }],
      /2 top folders instead of one: pkg, other/,
    ],
    [
      'has too many files',
      Array.from({ length: 30 }, (_, at) => ({ path: `pkg/${at}` })),
      /more than 20 files/,
    ],
    ['is too long', [{ path: 'pkg/a', size: 3000 }], /longer than 2000 bytes together/],
  ] as const)('refuses a package that %s, and leaves nothing', async (_what, entries, reason) => {
    const folder = temporary();
    const unpackTo = path.join(folder, 'unpacked');
    writeFileSync(path.join(folder, 'lamp.tgz'), archive(entries));
    using registry = await createModuleRegistry({
      folders: [folder],
      unpackTo,
      limits: { entries: 20, unpackedBytes: 2000 },
    });
    expect(registry.modules).toMatchObject([
      { id: 'lamp', folder: null, problem: expect.stringMatching(reason) },
    ]);
    expect(readdirSync(unpackTo)).toEqual([]);
    expect(readdirSync(folder).toSorted()).toEqual(['lamp.tgz', 'unpacked']);
  });

  it('refuses a package that is damaged, cut off or too long, and has one anew when it is whole', async () => {
    const folder = temporary();
    const unpackTo = path.join(folder, 'unpacked');
    const file = await packageIn(folder, 'pkg');
    const whole = readFileSync(file);
    using registry = await createModuleRegistry({ folders: [folder], unpackTo });
    rmSync(unpackTo, { recursive: true });
    for (const bytes of [
      Buffer.from('no archive at all'),
      whole.subarray(0, whole.length - 40),
      Buffer.alloc(0),
    ]) {
      writeFileSync(file, bytes);
      const { modules } = await registry.rescan();
      expect(modules).toMatchObject([{ problem: expect.stringContaining("can't be used") }]);
      expect(readdirSync(unpackTo)).toEqual([]);
    }
    writeFileSync(file, whole);
    await registry.rescan();
    expect(registry.modules).toMatchObject([{ problem: null }]);
    using strict = await createModuleRegistry({ folders: [folder], unpackTo, limits: { packageBytes: 10 } });
    expect(strict.modules[0]?.problem).toContain('more than the 10 that are allowed');
    using without = await createModuleRegistry({ folders: [folder] });
    expect(without.modules[0]?.problem).toContain('unpackTo');
  });

  it('notices by itself what comes, changes and goes, and which connections that concerns', async () => {
    const folder = temporary();
    const lamp = moduleIn(folder, 'lamp-1');
    using registry = await createModuleRegistry({ folders: [folder], watch: true, silence: 20 });
    const changes: RegistryChange[] = [];
    registry.onChange((change) => changes.push(change));
    const seen = () =>
      changes.flatMap(({ modules }) =>
        modules.map(({ version, problem }) => `${version} ${problem === null}`),
      );
    const concerned = () => changes.at(-1)?.connections;
    const module = registry.module('lamp');
    const start = () => module.prepare({ connectionId: 'front', signal: AbortSignal.timeout(5000) });
    expect((await start()).cwd).toBe(lamp);

    writeFileSync(path.join(lamp, 'main.js'), '// otherwise');
    await vi.waitFor(() => expect(seen()).toEqual(['1.0.0 true']), polling);
    expect(concerned()).toEqual(['front']);

    const newer = moduleIn(folder, 'lamp-2', { version: '1.1.0' });
    await vi.waitFor(() => expect(registry.find('lamp')?.version).toBe('1.1.0'), polling);
    await vi.waitFor(() => expect(concerned()).toEqual(['front']), polling);
    expect((await start()).cwd).toBe(newer);

    rmSync(newer, { recursive: true });
    await vi.waitFor(() => expect(registry.find('lamp')?.version).toBe('1.0.0'), polling);
    await vi.waitFor(() => expect(concerned()).toEqual(['front']), polling);
    expect((await start()).cwd).toBe(lamp);
  });
});

const manifest = {
  id: 'lamp',
  name: 'lamp',
  shortname: 'lamp',
  description: 'A lamp',
  version: '1.0.0',
  license: 'MIT',
  repository: '',
  bugs: '',
  maintainers: [],
  legacyIds: [],
  manufacturer: 'Greenroom',
  products: ['Lamp'],
  keywords: [],
};
const runtime = { type: 'node22', api: 'nodejs-ipc', apiVersion: '1.14.1', entrypoint: '../main.js' };

function moduleIn(
  folder: string,
  name: string,
  change: { runtime?: object; [field: string]: unknown } = {},
): string {
  const module = path.join(folder, name);
  mkdirSync(path.join(module, 'companion'), { recursive: true });
  writeFileSync(path.join(module, 'main.js'), '');
  writeFileSync(
    path.join(module, 'companion', 'manifest.json'),
    JSON.stringify({ ...manifest, ...change, runtime: { ...runtime, ...change.runtime } }),
  );
  return module;
}

async function packageIn(folder: string, top: string): Promise<string> {
  const source = temporary();
  moduleIn(source, top);
  const file = path.join(folder, 'lamp-1.0.0.tgz');
  await create({ gzip: true, cwd: source, file }, [top]);
  return file;
}

/** An archive as no honest program writes it. */
function archive(
  entries: readonly { path: string; type?: string; linkpath?: string; size?: number }[],
): Buffer {
  const blocks = entries.map(({ path: name, type = 'File', linkpath, size = 0 }) => {
    const block = Buffer.alloc(512);
    new Header({ path: name, type: type as 'File', size, mode: 0o644, ...(linkpath && { linkpath }) }).encode(
      block,
    );
    return Buffer.concat([block, Buffer.alloc(Math.ceil(size / 512) * 512)]);
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function temporary(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'greenroom-registry-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
