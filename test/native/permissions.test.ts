import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, afterAll, expect, test } from 'vitest';
import { createManager, nodeModule, type ModulePermissions } from '../../src/index.ts';

const program = path.join(import.meta.dirname, '..', 'faults', 'fixtures', 'breaks-out.js');
const request = { connectionId: 'lamp', signal: new AbortController().signal };
let folder: string;
let secret: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'greenroom-')));
  secret = path.join(folder, 'secret.txt');
  await writeFile(secret, 'secret');
});
afterAll(() => rm(folder, { recursive: true }));

function add(manager: ReturnType<typeof createManager>, args: string[], permissions: ModulePermissions = {}) {
  return manager.add({ id: `breaker ${args[0]}`, module: nodeModule({ path: program, args, permissions }) });
}

test('a module may do nothing outside of its package that it wasn’t granted, and each refusal is an error of its call', async () => {
  await using manager = createManager();
  const connection = add(manager, ['call', 'nothing', secret]);
  await connection.waitFor('ready');
  for (const [way, permission] of [
    ['read', 'FileSystemRead'],
    ['write', 'FileSystemWrite'],
    ['start', 'ChildProcess'],
    ...(process.platform === 'linux' ? [['thread', 'WorkerThreads']] : []),
  ]) {
    await expect(connection.call('try', { way }), way).rejects.toMatchObject({
      data: { remoteCode: 'ERR_ACCESS_DENIED', remoteData: { permission } },
    });
  }
  await expect(connection.call('try', { way: 'addon' })).rejects.toMatchObject({
    data: { remoteCode: 'ERR_DLOPEN_DISABLED' },
  });
  expect(connection.status).toMatchObject({ state: 'ready', incarnation: 1 });
});

test.each(['import', 'init'])(
  'a module that needs more during %s is misconfigured, and the status says which permission to grant',
  async (when) => {
    await using manager = createManager();
    const connection = add(manager, [when, 'read', secret]);
    const { reason } = await connection.waitFor('misconfigured');
    expect(reason).toContain(
      `was not permitted to read ${secret}; grant it with permissions: { read: ['${secret}'] }`,
    );
    connection.update({
      module: nodeModule({ path: program, args: [when, 'read', secret], permissions: { read: [secret] } }),
    });
    await connection.waitFor('ready');
  },
);

test('what is granted is allowed: read, write, start and thread', async () => {
  await using manager = createManager();
  const written = path.join(folder, 'written.txt');
  const reading = add(manager, ['read', 'nothing', secret], { read: [secret], worker: true });
  const writing = add(manager, ['write', 'nothing', written], { write: [folder] });
  const starting = add(manager, ['start', 'nothing', process.execPath], { childProcess: true });
  await Promise.all([reading, writing, starting].map((each) => each.waitFor('ready')));
  await expect(reading.call('try', { way: 'read' })).resolves.toBe('secret');
  await expect(reading.call('try', { way: 'thread' })).resolves.toBe('done');
  await expect(writing.call('try', { way: 'write' })).resolves.toBe('done');
  await expect(starting.call('try', { way: 'start' })).resolves.toBe('');
});

test('a module reads its package and what it can import, links resolved; with off nothing is said of that', async () => {
  const home = path.join(folder, 'app', 'modules', 'lamp');
  const linked = path.join(folder, 'elsewhere');
  await mkdir(home, { recursive: true });
  await mkdir(path.join(folder, 'app', 'node_modules'));
  await mkdir(linked);
  await symlink(linked, path.join(folder, 'app', 'node_modules', 'linked'));
  await writeFile(path.join(home, 'package.json'), '{}');
  await mkdir(path.join(home, 'dist'));
  const file = path.join(home, 'dist', 'main.js');
  await writeFile(file, '');
  const { args } = await nodeModule({ path: file, permissions: { write: ['state'] } }).prepare(request);
  expect(args.filter((each) => each.startsWith('--allow-fs'))).toEqual([
    `--allow-fs-read=${home}`,
    `--allow-fs-read=${path.join(folder, 'app', 'node_modules')}`,
    `--allow-fs-read=${linked}`,
    `--allow-fs-write=${path.join(home, 'dist', 'state')}`,
  ]);
  const unheld = await nodeModule({ path: file, permissions: 'off' }).prepare(request);
  expect(unheld.args).toEqual(['--conditions=greenroom', file]);
});

test('a Node that can’t keep a module from the network, or is none, makes the module invalid', async () => {
  const network = nodeModule({ path: program, permissions: { network: false } }).prepare(request);
  if (Number(process.versions.node.split('.')[0]) < 25)
    await expect(network).rejects.toMatchObject({
      code: 'MODULE_INVALID',
      message: expect.stringContaining('network'),
    });
  await expect(nodeModule({ path: program, execPath: '/bin/sh' }).prepare(request)).rejects.toMatchObject({
    code: 'MODULE_INVALID',
    message: expect.stringContaining('is no usable Node'),
  });
});
