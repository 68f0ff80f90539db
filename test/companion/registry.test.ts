import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { create, Header } from 'tar';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createModuleRegistry, type RegistryChange } from '../../src/companion/index.ts';
import { manifestSchema1 } from '../../src/companion/registry/manifest-schema-1.ts';
import { manifestSchema2 } from '../../src/companion/registry/manifest-schema-2.ts';
import { compareVersions } from '../../src/companion/registry/version-order.ts';
import { moduleIn, temporary } from './module-folders.ts';
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

  it('takes a release before its candidates, and these before what is older', async () => {
    const folder = temporary();
    const versions = ['1.2.0-rc.1', '1.1.9', '1.2.0', '1.2.0-rc.10', '1.2.0-rc.2'];
    for (const version of versions) moduleIn(folder, version, { version });
    using registry = await createModuleRegistry({ folders: [folder] });
    expect(registry.find('lamp')?.version).toBe('1.2.0');
    const { modules } = registry;
    expect(modules.map(({ version }) => version)).toEqual([
      '1.2.0',
      '1.2.0-rc.10',
      '1.2.0-rc.2',
      '1.2.0-rc.1',
      '1.1.9',
    ]);
  });

  it('orders versions as Semantic Versioning does, and takes others as they are', () => {
    const ordered = [
      '0.9',
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      'v1.0.0',
      '1.0.1',
      '1.10.0',
      '2024.1.1',
      'latest',
    ];
    expect(ordered.toReversed().toSorted(compareVersions)).toEqual(ordered);
    expect(compareVersions('1.0.0+one', '1.0.0+other')).toBe(0);
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
    { runtime: { entrypoint: { toString: null }, apiVersion: '0.0.0' } },
    { runtime: null },
    { runtime: [], id: { toString: null } },
    { id: 7, version: ['1'], legacyIds: [{}, {}], bonjourQueries: { a: null } },
    { runtime: { apiVersion: '0.0.0', entrypoint: '\0' } },
    null,
    'text',
  ])('lists what is right beside a manifest that is %o', async (odd) => {
    const folder = temporary();
    moduleIn(folder, 'lamp');
    writeFileSync(path.join(moduleIn(folder, 'odd'), 'companion', 'manifest.json'), JSON.stringify(odd));
    using registry = await createModuleRegistry({ folders: [folder] });
    expect(registry.find('lamp')).toMatchObject({ version: '1.0.0' });
    expect(registry.modules).toContainEqual(
      expect.objectContaining({ folder: path.join(folder, 'odd'), problem: expect.any(String) }),
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

  it.each(['pkg', 'lamp', './pkg', '././pkg/', '.'])(
    'unpacks a package that nests everything in %s, once',
    async (top) => {
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
    },
  );

  it.each([
    [
      'holds a link',
      [{ path: 'pkg/link', type: 'SymbolicLink', linkpath: '../..' }],
      /pkg\/link, a SymbolicLink/,
    ],
    ['holds a hard link', [{ path: 'pkg/link', type: 'Link', linkpath: 'pkg/main.js' }], /a Link/],
    ['holds a device', [{ path: 'pkg/zero', type: 'CharacterDevice' }], /pkg\/zero, a CharacterDevice/],
    ['holds a pipe', [{ path: 'pkg/pipe', type: 'FIFO' }], /pkg\/pipe, a FIFO/],
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

  it.each([
    ['behind its end', (zeros: Buffer) => Buffer.concat([archive([{ path: 'pkg/a' }]), zeros])],
    [
      'in a header that nobody reads',
      (zeros: Buffer) =>
        Buffer.concat([header({ path: 'x', type: 'ExtendedHeader', size: zeros.length }), zeros]),
    ],
  ])('refuses a package that holds too much %s, and does not unzip the rest', async (_where, made) => {
    const folder = temporary();
    const file = path.join(folder, 'lamp.tgz');
    writeFileSync(file, gzipSync(made(Buffer.alloc(8 * 1_048_576))));
    const limits = { entries: 20, unpackedBytes: 2000 };
    using registry = await createModuleRegistry({
      folders: [folder],
      unpackTo: path.join(folder, 'to'),
      limits,
    });
    expect(registry.modules[0]?.problem).toContain('it holds more than 2000 bytes');
    expect(readdirSync(path.join(folder, 'to'))).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('refuses what is called a package and is no file', async () => {
    const folder = temporary();
    execFileSync('mkfifo', [path.join(folder, 'pipe.tgz')]);
    symlinkSync('/dev/zero', path.join(folder, 'zero.tgz'));
    mkdirSync(path.join(folder, 'folder.tgz'));
    using registry = await createModuleRegistry({ folders: [folder], unpackTo: path.join(folder, 'to') });
    const { modules } = registry;
    expect(modules.map(({ id, problem }) => [id, problem?.includes('it is no file')])).toEqual([
      ['folder', true],
      ['pipe', true],
      ['zero', true],
    ]);
  });

  it('looks at manifests that are far too long no longer than at others', async () => {
    const folder = temporary();
    moduleIn(folder, 'many', { id: 'many', keywords: Array.from({ length: 100_000 }, (_, at) => `${at}`) });
    moduleIn(folder, 'long', { id: 'long', description: 'x'.repeat(1_048_576) });
    using registry = await createModuleRegistry({ folders: [folder] });
    expect(registry.modules).toMatchObject([
      { id: 'long', manifest: null, problem: expect.stringMatching(/manifest\.json is 10\d{5} bytes long/) },
      { id: 'many', problem: null, warnings: [] },
    ]);
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

  it('notices what comes into a folder that was deleted and made anew, and into one that came late', async () => {
    const above = temporary();
    const folder = path.join(above, 'a', 'modules');
    using registry = await createModuleRegistry({ folders: [folder], watch: true, silence: 20 });
    const has = (version: string | undefined) =>
      vi.waitFor(() => expect(registry.find('lamp')?.version).toBe(version), polling);
    moduleIn(folder, 'lamp', { version: '1.0.0' });
    await has('1.0.0');
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    await has(undefined);
    moduleIn(folder, 'lamp', { version: '1.1.0' });
    await has('1.1.0');
    rmSync(path.join(above, 'a'), { recursive: true });
    await has(undefined);
    moduleIn(folder, 'lamp', { version: '1.2.0' });
    await has('1.2.0');
    const made = moduleIn(above, 'made', { version: '1.3.0' });
    rmSync(path.join(folder, 'lamp'), { recursive: true });
    renameSync(made, path.join(folder, 'lamp'));
    await has('1.3.0');
    writeFileSync(path.join(folder, 'lamp', 'companion', 'manifest.json'), '{');
    await has(undefined);
  });

  it('notices a module that comes a piece at a time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const folder = temporary();
    mkdirSync(path.join(folder, 'lamp'));
    using registry = await createModuleRegistry({ folders: [folder], watch: true, silence: 20 });
    // Until no look is to come that isn't for what follows.
    do {
      vi.runOnlyPendingTimers();
      await registry.rescan();
    } while (vi.getTimerCount() > 0);
    renameSync(path.join(moduleIn(temporary(), 'lamp'), 'companion'), path.join(folder, 'lamp', 'companion'));
    await vi.waitFor(() => expect(registry.modules).toMatchObject([{ id: 'lamp' }]), polling);
  });
});

async function packageIn(folder: string, top: string): Promise<string> {
  const source = temporary();
  moduleIn(source, top === '.' ? 'pkg' : top);
  const file = path.join(folder, 'lamp-1.0.0.tgz');
  await create({ gzip: true, cwd: source, file }, [top]);
  return file;
}

interface Entry {
  readonly path: string;
  readonly type?: string;
  readonly linkpath?: string;
  readonly size?: number;
}

/** An archive as no honest program writes it. */
function archive(entries: readonly Entry[]): Buffer {
  const blocks = entries.map((entry) =>
    Buffer.concat([header(entry), Buffer.alloc(Math.ceil((entry.size ?? 0) / 512) * 512)]),
  );
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header({ path: name, type = 'File', linkpath, size = 0 }: Entry): Buffer {
  const block = Buffer.alloc(512);
  new Header({ path: name, type: type as 'File', size, mode: 0o644, ...(linkpath && { linkpath }) }).encode(
    block,
  );
  return block;
}
