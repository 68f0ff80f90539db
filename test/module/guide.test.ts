import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeModule } from '../../src/native/index.ts';
import { hostModule, readyModule } from './host-side.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'greenroom-'));
  const page = await readFile('docs/writing-a-module.md', 'utf8');
  for (const [, name = '', code = ''] of page.matchAll(/^```js (\w+\.js)\n([^]*?)^```$/gm)) {
    await writeFile(path.join(folder, name), code);
  }
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  await mkdir(path.join(folder, 'node_modules'));
  await symlink(process.cwd(), path.join(folder, 'node_modules', 'greenroom'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('the example of docs/writing-a-module.md', () => {
  const start = () =>
    readyModule(
      nodeModule(path.join(folder, 'dimmer.js')),
      { config: { most: 80 } },
      { call: async (_name, payload) => [10, 20, (payload as { name: string }).name.length] },
    );

  test('is a module that does what the page says', async () => {
    const { session, notified, notification, exit, refused } = await start();
    expect(await notification('$status')).toEqual({ level: 'ok', message: 'Ready, at most 80 %' });
    expect(await notification('$log')).toEqual({ level: 'info', message: 'Lamp is a dimmer now' });
    await expect(session.call('set', { level: 55 }, {})).resolves.toEqual({ level: 55 });
    await expect(session.call('set', { level: 'high' }, {})).rejects.toThrow(/must be a number/);
    await expect(session.call('fade', { curve: 'soft' }, {})).resolves.toEqual({ level: 4 });
    expect(notified.filter(([name]) => name === 'level').map(([, level]) => level)).toEqual(
      expect.arrayContaining([10, 20, 4]),
    );
    session.notify('blackout', null);
    await session.configure({ label: 'Lamp', config: { most: 30 }, secrets: {}, isFirstInit: false });
    session.askToStop();
    await expect(exit).resolves.toEqual({ code: 0, signal: null });
    expect(refused).toEqual([]);
  });

  test('is run by the app on the page', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['app.js'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: '{ level: 55 }\n', stderr: '', status: 0 });
  });

  test('refuses a config that can’t work', async () => {
    const host = await hostModule(nodeModule(path.join(folder, 'dimmer.js')));
    await host.reported('module.registered');
    host.session.initialise({ label: 'Lamp', config: {}, secrets: {}, isFirstInit: true });
    expect(await host.reported('module.initFailed')).toMatchObject({ misconfigured: true });
  });
});
