import { readdirSync, readFileSync, statSync } from 'node:fs';
import fs, {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type ConnectionStore, type FileStoreOptions, openFileStore } from '../../src/store/index.ts';

let above: string;
let folder: string;
let opened: ConnectionStore[] = [];
beforeEach(async () => {
  above = await mkdtemp(path.join(tmpdir(), 'greenroom-store-'));
  folder = path.join(above, 'data');
});
afterEach(async () => {
  await close();
  await rm(above, { recursive: true, force: true });
});

const open = async (options: Partial<FileStoreOptions> = {}) => {
  const store = await openFileStore({ folder, pause: 0, ...options });
  opened.push(store);
  return store;
};
/** Ends all apps, as far as they can be ended. */
const close = async () => {
  await Promise.all(opened.map((store) => store.close().catch(() => undefined)));
  opened = [];
};
/** What the next app has when this one is killed now. */
const onDisk = async (options: Partial<FileStoreOptions> = {}) => {
  const copy = await mkdtemp(path.join(above, 'copy-'));
  await cp(folder, copy, { recursive: true });
  return open({ folder: copy, ...options });
};
const file = (name: string) => path.join(folder, name);
const lamp = {
  module: { id: 'lamps', version: '2.1.0' },
  label: 'Front lamp',
  config: { host: 'a' },
  secrets: { password: 'hush' },
  upgradeIndex: 3,
};

describe('A store of connections', () => {
  it('gives back what was set, merged field by field, and forgets what was removed', async () => {
    const store = await open();
    await Promise.all([store.set('lamp', lamp), store.set('gone', { label: 'x' })]);
    await store.set('lamp', { config: { host: 'b' } });
    await store.remove('gone');
    await store.close();
    const again = await onDisk();
    expect(again.get('lamp')).toEqual({ ...lamp, config: { host: 'b' } });
    expect([...again.all().keys()]).toEqual(['lamp']);
  });

  it('keeps secrets in a file of their own, and all of it where only its owner may read', async () => {
    const store = await open();
    await store.set('lamp', lamp);
    await store.set('lamp', { secrets: { password: 'hush, too' } });
    expect(readFileSync(file('connections.json'), 'utf8')).not.toContain('hush');
    expect(readFileSync(file('secrets.json'), 'utf8')).toContain('hush');
    await close();
    const modes = () => readdirSync(folder).map((name) => statSync(file(name)).mode & 0o777);
    if (process.platform === 'win32') return;
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(modes()).toEqual([0o600, 0o600, 0o600, 0o600]);
    // As a backup may bring them back.
    for (const name of await readdir(folder)) await chmod(file(name), 0o644);
    await open();
    expect(modes()).toEqual([0o600, 0o600, 0o600, 0o600]);
  });

  it('writes what is set in one turn, or while it writes, together', async () => {
    const store = await open();
    await store.set('lamp', { config: -1 });
    const before = statSync(file('connections.json')).ino;
    const writes = new Set<number>();
    const storm = Array.from({ length: 2000 }, (_, config) =>
      store.set('lamp', { config }).then(() => writes.add(statSync(file('connections.json')).ino)),
    );
    await Promise.all(storm);
    expect(writes.has(before)).toBe(false);
    expect(writes.size).toBe(1);
    expect((await onDisk()).get('lamp')).toEqual({ config: 1999 });
  });

  it('acknowledges what is on disk, and nothing else', async () => {
    const store = await open();
    await store.set('lamp', lamp);
    expect((await onDisk()).get('lamp')).toEqual(lamp);
  });

  it('leaves nothing unfinished behind', async () => {
    const store = await open();
    for (const label of ['a', 'b', 'c']) await store.set('lamp', { ...lamp, label });
    await store.close();
    expect((await readdir(folder)).toSorted()).toEqual([
      'connections.json',
      'connections.previous.json',
      'secrets.json',
    ]);
  });

  it('goes on where a killed app left an unfinished file', async () => {
    const store = await open();
    await store.set('lamp', lamp);
    await close();
    await writeFile(file('connections.json.unfinished'), '{"half');
    const again = await open();
    await again.set('lamp', { label: 'New' });
    expect((await onDisk()).get('lamp')).toEqual({ ...lamp, label: 'New' });
  });

  it('has the old secrets with the old config when only the new secrets came to disk, twice over', async () => {
    const store = await open();
    await store.set('lamp', lamp);
    await close();
    for (const password of ['half', 'half again']) {
      const old = await readFile(file('connections.json'), 'utf8');
      const next = await open();
      await next.set('lamp', { secrets: { password }, config: { host: password } });
      await close();
      await writeFile(file('connections.json'), old);
      expect((await onDisk()).get('lamp')).toEqual(lamp);
    }
    const last = await open();
    await last.set('lamp', { secrets: { password: 'whole' } });
    expect((await onDisk()).get('lamp')).toEqual({ ...lamp, secrets: { password: 'whole' } });
  });

  it.each([
    ['cut short', (text: string) => text.slice(0, -20), /checksum is wrong/],
    ['edited', (text: string) => text.replace('Front', 'Back'), /checksum is wrong/],
    ['empty', () => '', /first line doesn't say/],
    ['something else', () => 'null\n', /first line doesn't say/],
  ])(
    'refuses a file that is %s, touches nothing, and goes on with the copy when it is told to',
    async (_, damage, why) => {
      const store = await open();
      await store.set('lamp', { ...lamp, label: 'Old' });
      await store.set('lamp', lamp);
      await close();
      const damaged = damage(await readFile(file('connections.json'), 'utf8'));
      await writeFile(file('connections.json'), damaged);
      const before = await contentsOf();
      await expect(open()).rejects.toMatchObject({
        code: 'STORE_UNREADABLE',
        message: expect.stringMatching(why),
        data: { file: file('connections.json'), previousIsGood: true },
      });
      expect(await contentsOf()).toEqual(before);
      expect((await open({ restore: true })).get('lamp')).toEqual({ ...lamp, label: 'Old' });
      expect((await onDisk()).get('lamp')).toEqual({ ...lamp, label: 'Old' });
      const aside = (await readdir(folder)).find((name) => name.includes('.damaged-'));
      expect(await readFile(file(aside!), 'utf8')).toBe(damaged);
    },
  );

  it('refuses damaged secrets, and goes on with those before', async () => {
    const store = await open();
    await store.set('lamp', { ...lamp, secrets: { password: 'old' } });
    await store.set('lamp', lamp);
    await close();
    await writeFile(file('secrets.json'), 'garbage');
    await expect(open()).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
    const restored = await open({ restore: true });
    expect(restored.get('lamp')).toEqual({ ...lamp, secrets: { password: 'old' } });
    expect((await onDisk()).get('lamp')).toEqual({ ...lamp, secrets: { password: 'old' } });
  });

  it('refuses files that don’t belong together, and a file that is gone while its copy is there', async () => {
    const store = await open();
    for (const password of ['a', 'b', 'c']) await store.set('lamp', { secrets: { password } });
    await close();
    await rm(file('connections.json'));
    await expect(open()).rejects.toThrow(/is missing/);
    await rm(file('connections.previous.json'));
    await expect(open()).rejects.toThrow(/don't belong together/);
  });

  it('refuses files of a newer version even with restore', async () => {
    await (await open()).set('lamp', lamp);
    await close();
    const text = await readFile(file('connections.json'), 'utf8');
    await writeFile(file('connections.json'), text.replace('"version":1', '"version":2'));
    await expect(open({ restore: true })).rejects.toThrow(/version 2; this Greenroom reads 1/);
  });

  it('is open once at a time, by whatever path one comes to it, and free at once when it is closed', async () => {
    const store = await open();
    await symlink(folder, path.join(above, 'link'), 'junction');
    for (const other of [folder, path.join(above, 'link')])
      await expect(open({ folder: other })).rejects.toMatchObject({
        code: 'STORE_IN_USE',
        message: expect.stringContaining(other),
        data: { folder: other },
      });
    await store.set('lamp', lamp);
    await close();
    expect((await open()).get('lamp')).toEqual(lamp);
  });

  it('is free when it could not be opened', async () => {
    await mkdir(folder);
    await writeFile(file('connections.json'), 'garbage');
    await expect(open()).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
    await rm(file('connections.json'));
    expect((await open()).all().size).toBe(0);
  });

  it('says why there can’t be one', async () => {
    await writeFile(folder, 'a file');
    await expect(open()).rejects.toMatchObject({
      code: 'STORE_UNREADABLE',
      message: expect.stringMatching(/can't be opened: EEXIST/),
      data: { folder },
    });
  });

  it('refuses to write over what was written past its lock', async () => {
    const store = await open();
    await store.set('lamp', lamp);
    await store.set('lamp', { label: 'Newer' });
    // As a backup that is played back.
    await rename(file('connections.previous.json'), file('connections.json'));
    const before = await contentsOf();
    await expect(store.set('lamp', { label: 'Mine' })).rejects.toMatchObject({
      code: 'STORE_WRITE_FAILED',
      message: expect.stringContaining('changed by somebody else'),
    });
    expect(await contentsOf()).toEqual(before);
  });

  it('says that a change is not on disk, and writes it with the next', async () => {
    const store = await open();
    await store.set('lamp', lamp);
    const obstacle = file('connections.json.unfinished');
    await mkdir(obstacle);
    await expect(store.set('lamp', { label: 'Later' })).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    expect((await onDisk()).get('lamp')).toEqual(lamp);
    await rmdir(obstacle);
    await store.set('other', { label: 'Other' });
    expect((await onDisk()).get('lamp')).toEqual({ ...lamp, label: 'Later' });
  });

  it.skipIf(process.platform === 'win32')(
    'goes on, and keeps together what belongs together, after its folder could not be flushed once',
    async () => {
      const store = await open();
      await store.set('lamp', lamp);
      let flushes = 0;
      // One follows the secrets, one the connections.
      meddle('open', (handle, name) => {
        if (name === folder && ++flushes === 2) Object.assign(handle, { sync: failing('EIO') });
      });
      const later = { ...lamp, config: { host: 'b' }, secrets: { password: 'later' } };
      await expect(store.set('lamp', later)).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
      expect((await onDisk()).get('lamp')).toEqual(later);
      const obstacle = file('connections.json.unfinished');
      await mkdir(obstacle);
      await expect(store.set('lamp', { secrets: { password: 'half' } })).rejects.toThrow('EISDIR');
      expect((await onDisk()).get('lamp')).toEqual(later);
      await rmdir(obstacle);
      await store.close();
      expect((await onDisk()).get('lamp')).toEqual({ ...later, secrets: { password: 'half' } });
    },
  );

  it.skipIf(process.platform === 'win32').each(['EINVAL', 'ENOTSUP'])(
    'does without flushing a folder where that fails with %s',
    async (code) => {
      meddle('open', (handle, name) => {
        if (name === folder) Object.assign(handle, { sync: failing(code) });
      });
      const store = await open();
      await store.set('lamp', lamp);
      expect((await onDisk()).get('lamp')).toEqual(lamp);
    },
  );

  it('knows its files again where the file system gives them other numbers', async () => {
    const store = await open();
    await store.set('lamp', lamp);
    meddle('stat', (stats) => Object.assign(stats, { ino: -1n }));
    await store.set('lamp', { label: 'Numbered' });
    expect((await onDisk()).get('lamp')).toEqual({ ...lamp, label: 'Numbered' });
  });

  it('leaves nothing behind where there are no links, and no room for a copy', async () => {
    const store = await open();
    await store.set('lamp', lamp);
    replace('link', failing('EPERM'));
    replace('copyFile', async (_, copy) => {
      await writeFile(copy as string, '{"half');
      await failing('ENOSPC')();
    });
    const before = await contentsOf();
    await expect(store.set('lamp', { label: 'Later' })).rejects.toThrow('ENOSPC');
    expect(await contentsOf()).toEqual(before);
  });

  it('says that it could not write at its end, however often it is asked, and is free', async () => {
    const store = await open();
    await store.set('lamp', lamp);
    await mkdir(file('connections.json.unfinished'));
    await expect(store.set('lamp', { label: 'Later' })).rejects.toThrow();
    for (let times = 0; times < 2; times++)
      await expect(store.close()).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
    await rmdir(file('connections.json.unfinished'));
    expect((await open()).get('lamp')).toEqual(lamp);
  });

  it('refuses what isn’t JSON, and changes after its end', async () => {
    const store = await open();
    await expect(store.set('lamp', { config: 1n as never })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    await store.close();
    await store.close();
    await expect(store.set('lamp', lamp)).rejects.toThrow('closed');
    await expect(store.remove('lamp')).rejects.toThrow('closed');
  });
});

async function contentsOf(): Promise<Record<string, string>> {
  const names = (await readdir(folder)).toSorted();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(file(name), 'utf8')] as const)),
  );
}

type Call = (file: string, ...rest: unknown[]) => Promise<object | void>;

/** From here to its end the test has another file system. */
function replace(name: 'open' | 'stat' | 'link' | 'copyFile', by: Call): void {
  const real: unknown = fs[name];
  const put = (call: unknown): void => {
    Object.assign(fs, { [name]: call });
    syncBuiltinESMExports();
  };
  onTestFinished(() => put(real));
  put(by);
}

/** The same, with changes to what comes from it. */
function meddle(name: 'open' | 'stat', change: (found: object, path: string) => void): void {
  const real = fs[name] as (file: string, ...rest: unknown[]) => Promise<object>;
  replace(name, async (file, ...rest) => {
    const found = await real(file, ...rest);
    change(found, file);
    return found;
  });
}

function failing(code: string) {
  return (): Promise<never> => Promise.reject(Object.assign(new Error(code), { code }));
}
