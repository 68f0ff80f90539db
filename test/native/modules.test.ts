import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandModule, nodeModule } from '../../src/native/index.ts';

const request = { connectionId: 'lamp-1', signal: new AbortController().signal };
let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'greenroom-')));
  await mkdir(path.join(folder, 'lamp'));
  await writeFile(path.join(folder, 'lamp', 'main.js'), '');
});

afterEach(() => rm(folder, { recursive: true }));

describe('nodeModule', () => {
  test('a path alone is run by this Node in the folder of the file', async () => {
    const file = path.join(folder, 'lamp', 'main.js');
    const module = nodeModule(file);
    expect(module.name).toBe(file);
    expect(await module.prepare(request)).toMatchObject({
      file: process.execPath,
      args: expect.arrayContaining([file]),
      cwd: path.join(folder, 'lamp'),
      env: {},
      channel: 'lines',
      protocol: { name: 'greenroom' },
    });
  });

  test('every option finds its place', async () => {
    const file = path.join(folder, 'lamp', 'main.js');
    const launch = await nodeModule({
      path: file,
      name: 'Lamp',
      args: ['--dim'],
      execPath: '/opt/node',
      execArgv: ['--enable-source-maps'],
      cwd: folder,
      env: { LEVEL: '5' },
      root: folder,
      permissions: 'off',
    }).prepare(request);
    expect(launch).toMatchObject({
      file: '/opt/node',
      args: ['--conditions=greenroom', '--enable-source-maps', file, '--dim'],
      cwd: folder,
      env: { LEVEL: '5' },
    });
  });

  test('the process learns from its environment who it is, and not its token', async () => {
    const launch = await nodeModule(path.join(folder, 'lamp', 'main.js')).prepare(request);
    expect(
      launch.environment({ connectionId: 'lamp-1', incarnation: 4, token: 'f00d', frameBytes: 99 }),
    ).toEqual({
      GREENROOM_CONNECTION: 'lamp-1',
      GREENROOM_INCARNATION: '4',
      GREENROOM_FRAME_BYTES: '99',
      GREENROOM_CHANNEL: 'fd:3',
    });
  });

  test.each([
    ['a missing file', 'lamp/gone.js', /there is no file .*gone\.js.*Check the path/],
    ['a folder', 'lamp', /is not a file.*calls runModule/],
  ])('%s is invalid, and the message says what to do', async (_, file, message) => {
    const preparation = nodeModule(path.join(folder, file)).prepare(request);
    await expect(preparation).rejects.toMatchObject({
      code: 'MODULE_INVALID',
      message: expect.stringMatching(message),
    });
  });

  test.skipIf(process.getuid?.() === 0)('an unreadable file is invalid', async () => {
    const file = path.join(folder, 'lamp', 'main.js');
    await chmod(file, 0o000);
    await expect(nodeModule(file).prepare(request)).rejects.toMatchObject({ code: 'MODULE_INVALID' });
  });

  test('a working folder that is missing or no folder is invalid', async () => {
    const file = path.join(folder, 'lamp', 'main.js');
    for (const cwd of [path.join(folder, 'gone'), file]) {
      await expect(nodeModule({ path: file, cwd }).prepare(request)).rejects.toMatchObject({
        code: 'MODULE_INVALID',
        data: { cwd },
      });
    }
  });

  test('a file that leaves its root by dots, by a like-named folder or by a link is invalid', async () => {
    await mkdir(path.join(folder, 'lamps'));
    await writeFile(path.join(folder, 'lamps', 'main.js'), '');
    await symlink(path.join(folder, 'lamps', 'main.js'), path.join(folder, 'lamp', 'link.js'));
    const root = path.join(folder, 'lamp');
    for (const file of ['lamp/../lamps/main.js', 'lamps/main.js', 'lamp/link.js']) {
      await expect(
        nodeModule({ path: path.join(folder, file), root }).prepare(request),
      ).rejects.toMatchObject({
        code: 'MODULE_INVALID',
        message: expect.stringContaining('is outside of'),
      });
    }
    await expect(
      nodeModule({ path: path.join(root, 'main.js'), root }).prepare(request),
    ).resolves.toBeDefined();
  });

  test('an aborted preparation rejects with the reason of the abort', async () => {
    const signal = AbortSignal.abort(new Error('disabled meanwhile'));
    const module = nodeModule(path.join(folder, 'lamp', 'main.js'));
    await expect(module.prepare({ connectionId: 'lamp-1', signal })).rejects.toThrow('disabled meanwhile');
  });
});

describe('commandModule', () => {
  test('a name is looked up on PATH and started as an absolute path', async () => {
    const program = path.join(folder, 'lamp', 'lampd');
    await writeFile(program, '#!/bin/sh\n', { mode: 0o755 });
    const env = { PATH: [folder, path.dirname(program)].join(path.delimiter) };
    const launch = await commandModule({ command: 'lampd', args: ['-v'], cwd: folder, env }).prepare(request);
    expect(launch).toMatchObject({ file: program, args: ['-v'], cwd: folder, env, channel: 'lines' });
    expect(
      launch.environment({ connectionId: 'a', incarnation: 1, token: 't', frameBytes: 99 }),
    ).toMatchObject({
      GREENROOM_CHANNEL: 'fd:3',
    });
  });

  test('a path is taken from the working folder', async () => {
    await writeFile(path.join(folder, 'lamp', 'lampd'), '#!/bin/sh\n', { mode: 0o755 });
    const launch = await commandModule({ command: './lamp/lampd', cwd: folder, channel: 'stdio' }).prepare(
      request,
    );
    expect(launch).toMatchObject({ file: path.join(folder, 'lamp', 'lampd'), channel: 'stdio' });
    expect(
      launch.environment({ connectionId: 'a', incarnation: 1, token: 't', frameBytes: 99 }),
    ).toMatchObject({
      GREENROOM_CHANNEL: 'stdio',
    });
  });

  test('a program that is missing, a folder or not executable is invalid, and the message names where it was looked for', async () => {
    await mkdir(path.join(folder, 'empty'));
    const PATH = [folder, path.join(folder, 'empty'), path.join(folder, 'lamp')].join(path.delimiter);
    for (const command of ['no-such-program', 'lamp', 'main.js']) {
      const preparation = commandModule({ command, env: { PATH } }).prepare(request);
      await expect(preparation).rejects.toMatchObject({
        code: 'MODULE_INVALID',
        message: expect.stringContaining(path.join(folder, 'empty')),
        data: { command, searched: PATH.split(path.delimiter) },
      });
    }
    await expect(commandModule({ command: 'lampd', env: { PATH: '' } }).prepare(request)).rejects.toThrow(
      /PATH is empty/,
    );
  });

  test('a working folder that is missing is invalid', async () => {
    const cwd = path.join(folder, 'gone');
    await expect(commandModule({ command: 'node', cwd }).prepare(request)).rejects.toMatchObject({
      data: { cwd },
    });
  });
});
