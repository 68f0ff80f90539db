import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createModuleRegistry, type RegistryChange } from '../../src/companion/index.ts';
import { createManager, type KeepingModule, type Module } from '../../src/index.ts';
import { moduleIn, temporary } from './module-folders.ts';
import { rmSync, writeFileSync } from 'node:fs';

const token = 'secret';
const polling = { timeout: 10_000, interval: 5 };

it('a new version of a module goes on with the upgrade scripts where the one before has left the config', async () => {
  const folder = temporary();
  moduleIn(folder, 'lamp-1', { version: '1.0.0' });
  using registry = await createModuleRegistry({ folders: [folder] });
  const module = registry.module('lamp', { lastUpgradeIndex: 1 });
  expect(await initialise(module, 4)).toBe(1);
  moduleIn(folder, 'lamp-2', { version: '2.0.0' });
  await registry.rescan();
  expect(await initialise(module, 6)).toBe(4);
  expect(await initialise(registry.module('lamp', { version: '1.0.0' }), 4)).toBe(6);
  // The older one has fewer scripts, and has run none of them backwards.
  expect(await initialise(module, 6)).toBe(6);
  expect(await initialise(module, 6, 'other')).toBe(1);
});

it('nothing is kept for a connection that was removed', async () => {
  const folder = temporary();
  const lamp = moduleIn(folder, 'lamp');
  using registry = await createModuleRegistry({ folders: [folder] });
  const changed = async (): Promise<RegistryChange> => {
    writeFileSync(path.join(lamp, 'main.js'), `// ${performance.now()}`);
    return registry.rescan();
  };
  const module = registry.module('lamp');
  await initialise(module, 4, 'front');
  const manager = createManager();
  const front = manager.add({ id: 'front', module, policy: { restart: 'temporary' } });
  await vi.waitFor(() => expect(front.status.lastExit).not.toBeNull(), polling);
  expect((await changed()).connections).toEqual(['front']);
  await front.remove();
  expect((await changed()).connections).toEqual([]);
  expect(await initialise(module, 4, 'front')).toBe(-1);
  await manager.stop();
});

it('a module that fails to forget a connection keeps nobody from removing it', async () => {
  const manager = createManager();
  const problems: unknown[] = [];
  manager.on('problem', ({ error }) => problems.push(error));
  const module: KeepingModule = {
    name: 'lamp',
    prepare: () => Promise.reject(new Error('not there')),
    forget: () => {
      throw new Error('will not forget');
    },
  };
  const lamp = manager.add({ id: 'lamp', module });
  await lamp.remove();
  expect(manager.has('lamp')).toBe(false);
  expect(problems).toMatchObject([{ message: 'will not forget' }]);
  await manager.stop();
});

it('a folder that can’t be looked at breaks nothing', async () => {
  const folder = temporary();
  moduleIn(folder, 'lamp');
  using registry = await createModuleRegistry({ folders: [folder] });
  rmSync(folder, { recursive: true });
  expect((await registry.rescan()).modules).toMatchObject([{ id: 'lamp' }]);
  expect(registry.modules).toEqual([]);
});

/** Plays a process of the module up to the answer to its `init`; resolves with the upgrade index that it was given. */
async function initialise(module: Module, newUpgradeIndex: number, connectionId = 'lamp'): Promise<unknown> {
  const launch = await module.prepare({ connectionId, signal: AbortSignal.timeout(10_000) });
  const sent: { callbackId?: number; name?: string; payload?: string }[] = [];
  const news: string[] = [];
  const session = launch.protocol.open({
    connectionId,
    incarnation: 1,
    token,
    frameBytes: 2 ** 20,
    clock: systemClock,
    app: { call: async () => undefined, notify: () => undefined, saveConfig: () => true },
    send: (message) => void sent.push(message as object),
    report: ({ type }) => void news.push(type),
    receive: () => undefined,
  });
  const registration = { apiVersion: '1.14.1', connectionId, verificationToken: token };
  const payload = JSON.stringify(registration);
  session.onFrame({ direction: 'call', name: 'register', payload, callbackId: 1 });
  session.acceptRegistration();
  session.initialise({ label: 'Lamp', config: { host: 'a' }, secrets: {}, isFirstInit: false });
  const init = sent.find(({ name }) => name === 'init');
  session.onFrame({
    direction: 'response',
    callbackId: init?.callbackId,
    success: true,
    payload: JSON.stringify({ newUpgradeIndex }),
  });
  await vi.waitFor(() => expect(news).toContain('module.initialised'), polling);
  return (JSON.parse(init?.payload ?? '{}') as { lastUpgradeIndex?: unknown }).lastUpgradeIndex;
}
