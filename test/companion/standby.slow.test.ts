import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { companionModule } from '../../src/companion/index.ts';
import { createManager, type ManagerEvents } from '../../src/index.ts';
import { lives } from '../faults/operating-system.ts';
import { compiled } from './compiled.ts';
import { node22, without22 } from './node-22.ts';
import { createModuleFolder, type ModuleFolder, runtimeFor, sdk2, testedSdks } from './sdk.ts';

const patience = { timeout: 15_000 };

describe.for(testedSdks.map((sdk) => [sdk.version, sdk] as const))(
  `A process that waits, of an unmodified module on @companion-module/base %s${without22}`,
  ([, sdk]) => {
    const runtimes = sdk === sdk2 && node22 !== undefined ? { node22 } : {};
    let folder: ModuleFolder;
    beforeAll(async () => {
      folder = await createModuleFolder(sdk, 'every-version', runtimeFor(sdk));
    });
    afterAll(() => folder.remove());

    it('knows no config until it takes over, and then has the one of its connection', async () => {
      await using manager = createManager({ policy: { standby: true } });
      const told: ManagerEvents['message'][] = [];
      manager.on('message', (message) => told.push(message));
      const module = compiled(companionModule({ folder: folder.folder, runtimes }));
      const lamp = manager.add({ id: 'lamp', module, config: { host: 'a' } });
      const { pid, spare } = await lamp.waitFor(
        ({ state, spare }) => state === 'ready' && spare !== null,
        patience,
      );
      // A base gives up when its registration isn't answered within five seconds, and says then that it did.
      await vi.waitFor(() => expect(Date.now() - startedAt(manager, spare!)).toBeGreaterThan(5500), {
        timeout: 10_000,
        interval: 100,
      });
      expect(lives(spare!)).toBe(true);
      process.kill(pid!, 'SIGKILL');
      const after = await lamp.waitFor(
        ({ state, incarnation }) => state === 'ready' && incarnation === 2,
        patience,
      );
      expect(after.pid).toBe(spare);
      const seen = () =>
        told
          .filter(({ name, incarnation }) => name === 'setVariableValues' && incarnation === 2)
          .flatMap(({ payload }) => (payload as { newValues: { id: string; value: string }[] }).newValues)
          .findLast(({ id }) => id === 'seen')?.value;
      await vi.waitFor(() => expect(seen()).toContain('"host":"a"'), { timeout: 10_000, interval: 5 });
      expect(lamp.status.discarded).toMatchObject({ duplicate: 0, malformed: 0 });
    });
  },
);

function startedAt(manager: ReturnType<typeof createManager>, pid: number): number {
  const spare = manager.status.spares.find((each) => each.pid === pid);
  expect(spare?.state).toBe('waiting');
  return spare!.since;
}
