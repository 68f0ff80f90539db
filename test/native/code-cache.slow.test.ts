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
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type * as Module from '../../src/module/index.ts';
import { cacheOf } from '../../src/native/code-cache.ts';
import { builtPath } from '../built.ts';

const root = path.join(import.meta.dirname, '../..');
let app: string;
let bundled: string;
let script: string;
let cache: string;

/** Runs one module until it is ready, and tells where it has the library from, what a text in that is, and whether a cache was made for it. */
const program = `
import { subscribe } from 'node:diagnostics_channel';
import { createManager } from 'greenroom';
const started = [];
subscribe('child_process', ({ process }) => started.push(process));
const manager = createManager();
const connection = manager.add({ id: 'lamp', module: 'lamp.mjs' });
await connection.waitFor('ready', { timeout: 10_000 });
const told = await connection.call('tell');
const isMade = started.some(({ spawnargs }) => spawnargs.some((each) => each.endsWith('make.js')));
console.log(JSON.stringify({ ...told, isMade }));
await manager.stop();
`;

const lamp = `
import { misconfigured, runModule } from 'greenroom/module';
const tell = () => ({ file: import.meta.resolve('greenroom/module'), text: misconfigured('').code });
runModule({ init() {}, calls: { tell } });
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
  script = path.join(bundled, 'module.script.js');
  cache = cacheOf(script, textOfScript(), process.versions.v8, process.arch);
  return () => rmSync(app, { recursive: true, force: true });
});

beforeEach(() => {
  for (const name of caches()) rmSync(path.join(bundled, name));
});

test('the first module of a Node has a cache made, which V8 takes', async () => {
  const file = expect.stringMatching(/module\.cached\.mjs$/);
  expect(run()).toEqual({ file, text: 'MISCONFIGURED', isMade: true });
  await vi.waitFor(() => expect(caches()).toEqual([path.basename(cache)]), { timeout: 20_000 });
  const twice = readFileSync(cache);
  const cachedData = twice.subarray(0, twice.length / 2);
  expect(new Script(textOfScript(), { filename: script, cachedData }).cachedDataRejected).toBe(false);
  expect(run()).toEqual({ file, text: 'MISCONFIGURED', isMade: false });
});

test('whoever makes the cache starts nobody else to do so', () => {
  writeFileSync(
    path.join(app, 'count.mjs'),
    `
import { subscribe } from 'node:diagnostics_channel';
const started = [];
subscribe('child_process', ({ process }) => started.push(process));
process.on('exit', () => {
  const isRehearsal = ({ spawnargs }) => spawnargs.some((each) => each.endsWith('rehearse.js'));
  const isMaker = ({ spawnargs }) => spawnargs.some((each) => each.endsWith('make.js'));
  console.log(JSON.stringify([started.filter(isRehearsal).length, started.filter(isMaker).length]));
});
`,
  );
  const make = path.join(bundled, '../code-cache/make.js');
  expect(run({}, ['--import', './count.mjs', make])).toEqual([1, 0]);
  expect(caches()).toEqual([path.basename(cache)]);
});

test('a module runs what is in the cache', () => {
  writeFileSync(cache, cacheWith('MISCONFIGUREX'));
  expect(run()).toMatchObject({ text: 'MISCONFIGUREX', isMade: false });
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
  ['the half of one', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
  ['one with other bytes in it', (whole: Buffer) => whole.fill(0xaa, 200, 400)],
])('a module starts when %s is where its cache should be', (_, spoil) => {
  writeFileSync(cache, spoil(cacheWith('MISCONFIGUREX')));
  expect(run()).toMatchObject({ text: 'MISCONFIGURED' });
});

/** A cache as ours, of the same script with another text of the same length in it, so that one can tell which of both was run. */
function cacheWith(text: string): Buffer {
  const other = new Script(textOfScript().replace('"MISCONFIGURED"', `"${text}"`), { filename: script });
  // V8 keeps what was called.
  (other.runInThisContext() as () => typeof Module)().misconfigured('');
  const made = other.createCachedData();
  return Buffer.concat([made, made]);
}

function textOfScript(): string {
  return readFileSync(script, 'latin1');
}

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
