import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { importable } from '../../src/native/importable.ts';

let root: string;
let file: string;
let modules: string;

beforeEach(async () => {
  root = await fs.realpath(await fs.mkdtemp(path.join(tmpdir(), 'greenroom-importable-')));
  file = path.join(root, 'app', 'module.js');
  modules = path.join(root, 'node_modules');
  for (const folder of ['app', 'node_modules/@scope', 'linked/one', 'linked/two', 'linked/three'])
    await fs.mkdir(path.join(root, folder), { recursive: true });
  await fs.writeFile(path.join(root, 'app', 'package.json'), '{}');
  await fs.symlink(path.join(root, 'linked/one'), path.join(modules, 'one'));
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  syncBuiltinESMExports();
  await fs.rm(root, { recursive: true });
});

test('what has been linked meanwhile is found, in node_modules and in a scope, and what is gone is not', async () => {
  later();
  const own = [path.join(root, 'app'), modules];
  expect(await inRoot()).toEqual([...own, linked('one')]);
  await nextMoment();
  await fs.symlink(linked('two'), path.join(modules, '@scope', 'two'));
  expect(await inRoot()).toEqual([...own, linked('one'), linked('two')]);
  await nextMoment();
  await fs.rm(path.join(modules, 'one'));
  await fs.symlink(linked('three'), path.join(modules, 'one'));
  expect(await inRoot()).toEqual([...own, linked('three'), linked('two')]);
  await nextMoment();
  await fs.rm(modules, { recursive: true });
  expect(await inRoot()).toEqual([path.join(root, 'app')]);
});

test('a folder that has not changed for a while is read once, however many ask', async () => {
  later();
  const reads = countedReads();
  await Promise.all([inRoot(), inRoot()]);
  expect(reads()).toBe(2);
  await inRoot();
  expect(reads()).toBe(2);
});

test('one that has just changed is read again, since it may change once more in the same moment', async () => {
  const reads = countedReads();
  await inRoot();
  await inRoot();
  expect(reads()).toBe(4);
});

test('one that could not be read is read again', async () => {
  later();
  const { readdir } = fs;
  const spied = vi
    .spyOn(fs, 'readdir')
    .mockImplementation(((folder: string, options: object) =>
      folder === modules
        ? Promise.reject(new Error('too many open files'))
        : readdir(folder, options)) as never);
  syncBuiltinESMExports();
  expect(await inRoot()).toEqual([path.join(root, 'app')]);
  spied.mockRestore();
  syncBuiltinESMExports();
  expect(await inRoot()).toContain(linked('one'));
});

/** What was changed until now is long ago. */
function later(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
}

/** Resolves when a change has another time than those before. */
async function nextMoment(): Promise<void> {
  const clock = path.join(root, 'clock');
  const begun = await changed();
  while ((await changed()) === begun);

  async function changed(): Promise<number> {
    await fs.writeFile(clock, '');
    return (await fs.stat(clock)).ctimeMs;
  }
}

async function inRoot(): Promise<string[]> {
  return (await importable(file)).filter((each) => each.startsWith(root));
}

/** How often folders below `root` were read. */
function countedReads(): () => number {
  const spied = vi.spyOn(fs, 'readdir');
  syncBuiltinESMExports();
  return () => spied.mock.calls.filter(([folder]) => String(folder).startsWith(root)).length;
}

function linked(name: string): string {
  return path.join(root, 'linked', name);
}
