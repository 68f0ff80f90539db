import { kill } from 'node:process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { companion, companionModule } from '../../src/companion/index.ts';
import { type ConnectionOptions, createManager, type ManagerEvents } from '../../src/index.ts';
import { compiled } from './compiled.ts';
import { has } from './features.ts';
import { node22, without22 } from './node-22.ts';
import { createModuleFolder, type ModuleFolder, runtimeFor, sdk2, testedSdks } from './sdk.ts';

const patience = { timeout: 10_000 };
const polling = { timeout: 10_000, interval: 5 };

describe.for(testedSdks.map((sdk) => [sdk.version, sdk] as const))(
  `A connection with an unmodified module on @companion-module/base %s${without22}`,
  ([, sdk]) => {
    const runtimes = sdk === sdk2 && node22 !== undefined ? { node22 } : {};
    let module: ModuleFolder;
    beforeAll(async () => {
      module = await createModuleFolder(sdk, 'every-version', runtimeFor(sdk));
    });
    afterAll(() => module.remove());

    const start = async (options: Partial<ConnectionOptions> = {}) => {
      const manager = createManager({ policy: { heartbeat: { interval: 50 } } });
      const told: ManagerEvents['message'][] = [];
      manager.on('message', (message) => told.push(message));
      const saved: ManagerEvents['configSaved'][] = [];
      manager.on('configSaved', (event) => saved.push(event));
      const lamp = manager.add({
        id: 'lamp',
        module: compiled(companionModule({ folder: module.folder, runtimes })),
        config: { host: 'a' },
        ...options,
      });
      await lamp.waitFor('ready', patience);
      const last = (name: string) => told.findLast((message) => message.name === name);
      const seen = (incarnation: number) => {
        const values = told.filter(
          (message) => message.name === 'setVariableValues' && message.incarnation === incarnation,
        );
        const all = values.flatMap(
          ({ payload }) => (payload as { newValues: { id: string; value: string }[] }).newValues,
        );
        return JSON.parse(all.findLast(({ id }) => id === 'seen')?.value ?? '{}') as {
          config?: Record<string, unknown>;
        };
      };
      return { manager, lamp, told, saved, last, seen, [Symbol.asyncDispose]: () => manager.stop() };
    };

    it('becomes ready, and the app hears what was said before as well', async () => {
      await using started = await start();
      expect(started.lamp.status).toMatchObject({ state: 'ready', incarnation: 1 });
      await vi.waitFor(
        () => expect(started.last('set-status')?.payload).toMatchObject({ status: 'ok' }),
        polling,
      );
      const first = sdk === sdk2 ? 'imported' : 'Initializing';
      expect(started.told[0]).toMatchObject({ name: 'log-message', payload: { message: first } });
    });

    it('executes actions and gives config fields', async () => {
      await using started = await start();
      const client = companion(started.lamp);
      await expect(client.executeAction(action('throw'))).rejects.toThrow('the lamp is broken');
      expect((await client.getConfigFields())[0]).toMatchObject({ id: 'host' });
    });

    it('stays ready under a heartbeat that it doesn’t know', async () => {
      await using started = await start();
      const states = new Set<string>();
      started.lamp.subscribe(({ state }) => states.add(state));
      // Twelve beats: after three without an answer it would be suspect.
      const hanging = companion(started.lamp).executeAction(action('hang'), undefined, { timeout: 600 });
      await expect(hanging).rejects.toMatchObject({ code: 'CALL_TIMED_OUT' });
      expect([...states]).toEqual([]);
      expect(started.lamp.status.state).toBe('ready');
    });

    it('comes back when it is killed, and what was in flight is lost at once', async () => {
      await using started = await start();
      const hanging = companion(started.lamp).executeAction(action('hang'));
      const lost = expect(hanging).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
      const { pid } = started.lamp.status;
      kill(pid as number, 'SIGKILL');
      await lost;
      const status = await started.lamp.waitFor(
        (now) => now.state === 'ready' && now.incarnation === 2,
        patience,
      );
      expect(status.pid).not.toBe(pid);
      expect(status.lastExit).toMatchObject({ incarnation: 1, signal: 'SIGKILL' });
    });

    it('is told a new config', async () => {
      await using started = await start();
      started.lamp.update({ config: { host: 'b' }, label: 'Back lamp' });
      await vi.waitFor(() => expect(started.seen(1).config).toEqual({ host: 'b' }), polling);
    });

    it('keeps the config it chose for itself when it is killed', async () => {
      await using started = await start({ config: undefined });
      expect(started.lamp.config).toEqual({ host: '127.0.0.1' });
      kill(started.lamp.status.pid as number, 'SIGKILL');
      await started.lamp.waitFor((now) => now.state === 'ready' && now.incarnation === 2, patience);
      await vi.waitFor(() => expect(started.seen(2).config).toEqual({ host: '127.0.0.1' }), polling);
    });

    it('upgrades its config and its secrets once, also when it is killed afterwards', async () => {
      const upgraded = { upgrades: 1 };
      await using started = await start({ config: { upgrades: 0 }, secrets: { upgrades: 0 } });
      expect(started.lamp.config).toEqual(upgraded);
      const secrets = { upgrades: has('secrets', sdk) ? 1 : 0 };
      expect(started.saved).toMatchObject([{ config: upgraded, secrets }]);
      kill(started.lamp.status.pid as number, 'SIGKILL');
      await started.lamp.waitFor((now) => now.state === 'ready' && now.incarnation === 2, patience);
      await vi.waitFor(() => expect(started.seen(2).config).toEqual(upgraded), polling);
      expect(started.saved).toHaveLength(1);
    });

    it('stops by order, and that is no crash', async () => {
      await using started = await start();
      started.lamp.disable();
      const status = await started.lamp.waitFor('disabled', patience);
      expect(status).toMatchObject({
        pid: null,
        attempt: 0,
        lastExit: { incarnation: 1, signal: sdk === sdk2 ? null : 'SIGTERM' },
      });
    });
  },
);

function action(actionId: string) {
  return { id: 'a1', controlId: 'c1', actionId, options: {}, upgradeIndex: null, disabled: false };
}
