import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { companion, companionModule } from '../../src/companion/index.ts';
import { createManager, type ManagerOptions } from '../../src/index.ts';
import { compiled } from './compiled.ts';
import { has } from './features.ts';
import { node22, without22 } from './node-22.ts';
import { createModuleFolder, runtimeFor, type Sdk, sdk2, testedSdks } from './sdk.ts';

const patience = { timeout: 10_000 };
const held = testedSdks.filter((sdk) => has('permissions', sdk));

describe.each(held)(`A module on base $version that tries to break out${without22}`, (sdk) => {
  let folder: string;
  let secret: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'greenroom-around-'));
    secret = path.join(folder, 'secret.txt');
    await writeFile(secret, 'secret');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is refused each way that its manifest doesn’t ask for, and goes on', async () => {
    await using started = await start(sdk, {});
    const inside = path.join(started.folder, 'ways.cjs');
    const refused = /access to this API has been restricted/i;
    await expect(started.go('read', secret)).rejects.toThrow(refused);
    await expect(started.go('write', secret)).rejects.toThrow(refused);
    await expect(started.go('write', path.join(started.folder, 'own.txt'))).rejects.toThrow(refused);
    await expect(started.go('start')).rejects.toThrow(refused);
    await expect(started.go('thread')).rejects.toThrow(refused);
    await expect(started.go('addon', inside)).rejects.toThrow(/addon/i);
    await started.go('read', inside);
    expect(await readFile(secret, 'utf8')).toBe('secret');
    expect(started.status()).toMatchObject({ state: 'ready', incarnation: 1 });
  });

  it.each([
    ['filesystem', 'read'],
    ['filesystem', 'write'],
    ['child-process', 'start'],
    ['worker-threads', 'thread'],
    ['native-addons', 'start'],
  ])('may, with the permission %s, do what it tries: %s', async (permission, way) => {
    await using started = await start(sdk, { [permission]: true });
    const written = path.join(folder, 'written.txt');
    await started.go(way, way === 'write' ? written : secret);
    if (way === 'write') await access(written);
  });

  it('may do everything when the app switches permissions off', async () => {
    await using started = await start(sdk, {}, 'off');
    for (const way of ['read', 'start', 'thread']) await started.go(way, secret);
  });
});

async function start(
  sdk: Sdk,
  permissions: Readonly<Record<string, boolean>>,
  mode: 'enforce' | 'off' = 'enforce',
) {
  const module = await createModuleFolder(sdk, 'breaks-out', { ...runtimeFor(sdk), permissions });
  const manager = createManager({ policy: quick });
  const runtimes = sdk === sdk2 ? { node22: node22! } : {};
  const breaker = manager.add({
    id: 'breaker',
    module: compiled(companionModule({ folder: module.folder, runtimes, permissions: mode })),
    config: {},
  });
  await breaker.waitFor('ready', patience);
  return {
    folder: module.folder,
    status: () => breaker.status,
    go: (actionId: string, where = '') =>
      companion(breaker).executeAction({
        id: 'a1',
        controlId: 'c1',
        actionId,
        options: { path: where },
        upgradeIndex: null,
        disabled: false,
      }),
    async [Symbol.asyncDispose]() {
      await manager.stop();
      await module.remove();
    },
  };
}

const quick = { heartbeat: { interval: 0 } } satisfies ManagerOptions['policy'];
