import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { companionModule } from '../../src/companion/index.ts';
import { createManager } from '../../src/index.ts';
import { keepConnections, openFileStore } from '../../src/store/index.ts';
import { compiled } from './compiled.ts';
import { node22, without22 } from './node-22.ts';
import { createModuleFolder, type ModuleFolder, runtimeFor, type Sdk, sdk2, sdkVersions } from './sdk.ts';

const sdks: readonly Sdk[] = [sdkVersions.at(-1)!, ...(node22 === undefined ? [] : [sdk2])];
const patience = { timeout: 10_000, interval: 5 };

describe.each(sdks)(`What a module on base $version saves${without22}`, (sdk) => {
  let module: ModuleFolder;
  beforeAll(async () => {
    module = await createModuleFolder(sdk, '../../faults/fixtures/companion-generations', runtimeFor(sdk));
  });
  afterAll(() => module.remove());

  /** An app that keeps its connection in a store, from one start to the next. */
  const startApp = async (folder: string, first: { host: string; storm?: boolean }) => {
    const store = await openFileStore({ folder });
    const manager = createManager();
    const kept: number[] = [];
    keepConnections(manager, store, {
      onKept: () => void kept.push(statSync(path.join(folder, 'connections.json')).ino),
    });
    const said: string[] = [];
    manager.on('output', ({ line }) => void (line.startsWith('init') && said.push(line)));
    const lamp = manager.add({
      id: 'lamp',
      module: compiled(
        companionModule({
          folder: module.folder,
          runtimes: sdk === sdk2 ? { node22: node22! } : {},
          lastUpgradeIndex: () => store.get('lamp')?.upgradeIndex ?? -1,
        }),
      ),
      config: store.get('lamp')?.config ?? first,
    });
    await lamp.waitFor('ready', patience);
    await vi.waitFor(() => expect(said.length).toBeGreaterThan(0), patience);
    const end = async (): Promise<void> => {
      await manager.stop();
      await store.close();
    };
    return { store, kept, said, [Symbol.asyncDispose]: end };
  };

  it('in a storm is written a few times, and is there at the next start', async () => {
    const folder = temporary();
    {
      await using app = await startApp(folder, { host: 'new', storm: true });
      await vi.waitFor(() => expect(app.kept.length).toBeGreaterThanOrEqual(500), patience);
      expect(new Set(app.kept).size).toBeLessThan(50);
      expect(await onDisk(folder)).toMatchObject({ config: { host: 'saved 500' }, upgradeIndex: 0 });
    }
    await using again = await startApp(folder, { host: 'new' });
    expect(again.said).toEqual(['init with saved 500']);
  });

  it('after an upgrade is written together with its index, in one piece', async () => {
    const folder = temporary();
    await using app = await startApp(folder, { host: 'old' });
    await vi.waitFor(() => expect(app.kept.length).toBe(2), patience);
    expect(new Set(app.kept).size).toBe(1);
    expect(await onDisk(folder)).toMatchObject({ config: { host: 'upgraded' }, upgradeIndex: 0 });
  });
});

/** What of the lamp the next app has when this one is killed now. */
async function onDisk(folder: string): Promise<unknown> {
  const copy = temporary();
  cpSync(folder, copy, { recursive: true });
  const store = await openFileStore({ folder: copy });
  await store.close();
  return store.get('lamp');
}

function temporary(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'greenroom-kept-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
