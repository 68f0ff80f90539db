import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Launch } from '../../src/process/protocol.ts';
import { builtPath } from '../built.ts';
import { fixture, start } from './incarnation-kit.ts';

const onPosix = test.runIf(process.platform !== 'win32');

function folderWith(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, file), '#!/bin/sh\n', { mode: 0o644 });
  return folder;
}

async function failureOf(launch: Partial<Launch>) {
  const incarnation = start(fixture('idles.sh', launch));
  const failure = await incarnation.saw('process.spawnFailed');
  // Whatever else there is to come has come when a later start has been through its whole life.
  await start(fixture('exits-with-last-words.sh')).saw('process.exited');
  expect(incarnation.types()).toEqual(['process.spawnFailed']);
  expect(incarnation.registry.size).toBe(0);
  expect(incarnation.record.errors).toEqual([]);
  expect(failure.chance).toBeGreaterThanOrEqual(0);
  return failure;
}

test('[F5] a program that doesn’t exist is a spawn failure, told once', async () => {
  const failure = await failureOf({ file: '/nowhere/lamp' });
  expect(failure).toMatchObject({
    errno: 'ENOENT',
    message: '/nowhere/lamp could not be started: spawn /nowhere/lamp ENOENT',
  });
});

onPosix('[F5] a program that may not be run is a spawn failure, told once', async () => {
  const file = join(folderWith('lamp'), 'lamp');
  expect(await failureOf({ file })).toMatchObject({ errno: 'EACCES' });
});

test('[F5] a working folder that is gone is named as the cause', async () => {
  const failure = await failureOf({ cwd: '/nowhere' });
  expect(failure.errno).toBe('ENOENT');
  expect(failure.message).toContain('the working folder /nowhere does not exist');
});

onPosix('[F5] a file as working folder is a spawn failure, told once', async () => {
  const cwd = join(folderWith('lamp'), 'lamp');
  expect(await failureOf({ cwd })).toMatchObject({ errno: 'ENOTDIR' });
});

test('[F5] an argument that no program can take is a spawn failure, though it is thrown', async () => {
  const failure = await failureOf({ args: ['a\0b'] });
  expect(failure).toMatchObject({
    errno: 'ERR_INVALID_ARG_VALUE',
    message: expect.stringContaining('null bytes') as string,
  });
});

onPosix(
  '[F5] more arguments than the operating system takes are a spawn failure, though it is thrown',
  async () => {
    expect(await failureOf({ args: ['x'.repeat(8 * 1024 * 1024)] })).toMatchObject({ errno: 'E2BIG' });
  },
);

test('[F5] an environment that can’t be made is a spawn failure', async () => {
  const environment = (): never => {
    throw new Error('no identity');
  };
  expect((await failureOf({ environment })).message).toBe('The start could not be set up: no identity');
});

onPosix('[F5] a host without a free descriptor reports a spawn failure and lives on', async () => {
  const program = join(import.meta.dirname, 'fixtures', 'host-without-descriptors.js');
  const command = `ulimit -n 256 && exec "$0" "$1" "$2"`;
  const said = execFileSync('/bin/sh', ['-c', command, process.execPath, program, await builtPath()], {
    encoding: 'utf8',
  });
  expect(JSON.parse(said)).toEqual(['failed EMFILE']);
});

test.runIf(process.platform === 'linux')(
  'a host without a free descriptor starts no launcher, and looks at its processes again when it has one',
  async () => {
    const program = join(import.meta.dirname, 'fixtures', 'looks-without-descriptors.js');
    const command = `ulimit -n 256 && exec "$0" "$1" "$2"`;
    const said = execFileSync('/bin/sh', ['-c', command, process.execPath, program, await builtPath()], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(JSON.parse(said)).toEqual({ launcher: 'waiting', seenMeanwhile: 0, seenAfterwards: true });
  },
);
