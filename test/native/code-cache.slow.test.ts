import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Script } from 'node:vm';
import { beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { cacheOf } from '../../src/native/code-cache.ts';
import { builtPath } from '../built.ts';

const root = path.join(import.meta.dirname, '../..');
let app: string;
let bundled: string;
let cache: string;

/** Runs one module until it is ready, and tells which file it has the library from and whether a cache was made for it. */
const program = `
import { subscribe } from 'node:diagnostics_channel';
import { createManager } from 'greenroom';
const started = [];
subscribe('child_process', ({ process }) => started.push(process));
const manager = createManager();
const connection = manager.add({ id: 'lamp', module: 'lamp.mjs' });
await connection.waitFor('ready', { timeout: 10_000 });
const file = await connection.call('file');
const isMade = started.some(({ spawnargs }) => spawnargs.some((each) => each.endsWith('make.js')));
console.log(JSON.stringify({ file, isMade }));
await manager.stop();
`;

const lamp = `
import { runModule } from 'greenroom/module';
runModule({ init() {}, calls: { file: () => import.meta.resolve('greenroom/module') } });
`;

/** An app with a copy of the built library, beside which a test may write. */
beforeAll(async () => {
  app = mkdtempSync(path.join(tmpdir(), 'greenroom-code-cache-'));
  const library = path.join(app, 'node_modules/greenroom');
  bundled = path.join(library, 'dist/bundled');
  cpSync(await builtPath(), path.join(library, 'dist'), { recursive: true });
  cpSync(path.join(root, 'package.json'), path.join(library, 'package.json'));
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
    const link = path.join(app, 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(root, 'node_modules', name), link);
  }
  writeFileSync(path.join(app, 'app.mjs'), program);
  writeFileSync(path.join(app, 'lamp.mjs'), lamp);
  const script = path.join(bundled, 'module.script.js');
  cache = cacheOf(script, readFileSync(script, 'latin1'));
  return () => rmSync(app, { recursive: true, force: true });
});

beforeEach(() => {
  for (const name of caches()) rmSync(path.join(bundled, name));
});

test('the first module of a Node has a cache made, which V8 takes and the next module reads', async () => {
  expect(run()).toEqual({ file: expect.stringMatching(/module\.cached\.mjs$/), isMade: true });
  await vi.waitFor(() => expect(caches()).toEqual([path.basename(cache)]), { timeout: 20_000 });
  const script = path.join(bundled, 'module.script.js');
  const twice = readFileSync(cache);
  const made = { filename: script, cachedData: twice.subarray(0, twice.length / 2) };
  const withIt = new Script(readFileSync(script, 'latin1'), made);
  expect(withIt.cachedDataRejected).toBe(false);
  const { v8 } = process.versions;
  const read = readFileSync(path.join(bundled, 'module.cached.mjs'), 'utf8')
    .replace('${versions.v8}', v8)
    .replace('${arch}', process.arch);
  expect(read).toContain(path.basename(cache));
  expect(run()).toMatchObject({ isMade: false });
});

test('nothing is made where somebody has switched caches off, as Node calls it', () => {
  expect(run({ NODE_DISABLE_COMPILE_CACHE: '1' })).toMatchObject({ isMade: false });
});

test('an app that may start nothing goes on', () => {
  const held = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  writeFileSync(
    path.join(app, 'held.mjs'),
    `
import { nodeModule } from 'greenroom';
const { file } = await nodeModule('lamp.mjs').prepare({ signal: new AbortController().signal });
console.log(JSON.stringify({ file }));
`,
  );
  expect(run({}, [held, '--allow-fs-read=*', '--allow-fs-write=*', 'held.mjs'])).toEqual({
    file: process.execPath,
  });
});

test.each([
  ['nothing', () => ''],
  ['no cache', () => 'no cache at all'],
  ['the half of one', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
  ['one with other bytes in it', (whole: Buffer) => whole.fill(0xaa, 200, 400)],
])('a module starts when %s is where its cache should be', async (_, spoil) => {
  run();
  await vi.waitFor(() => expect(caches()).toEqual([path.basename(cache)]), { timeout: 20_000 });
  writeFileSync(cache, spoil(readFileSync(cache)));
  onTestFinished(() => rmSync(cache));
  expect(run()).toMatchObject({ isMade: false });
});

function caches(): string[] {
  return readdirSync(bundled).filter((name) => name.endsWith('.cache'));
}

function run(environment: Record<string, string> = {}, program = ['app.mjs']): unknown {
  const told = execFileSync(process.execPath, program, {
    cwd: app,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return JSON.parse(told);
}
