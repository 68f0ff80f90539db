import { describe, expect, test } from 'vitest';
import { startHost } from './hosts.ts';
import { until } from './operating-system.ts';

const onLinux = describe.runIf(process.platform === 'linux');

const modules = [{ module: 'healthy.js' }, { companion: 'companion-boots-slowly' }] as const;

const guards = [
  { by: 'all there is', parentDeathSignal: true, janitor: true },
  { by: 'the kernel alone', parentDeathSignal: true, janitor: false },
  { by: 'the janitor alone', parentDeathSignal: false, janitor: true },
  { by: 'the end of its channel alone', parentDeathSignal: false, janitor: false },
] as const;

onLinux('[F25]', () => {
  describe.each(modules)('%o', (module) => {
    test.each(guards)(
      'an idle module ends when its host is killed, by $by',
      async ({ by: _by, ...guarded }) => {
        const host = await startHost({ ...module, guards: guarded });
        await host.said('ready', ({ state }) => state === 'ready');
        expect(host.processes()).toHaveLength(1);
        await host.kill();
        await until('the module is gone', () => host.processes().length === 0, 5000);
      },
    );
  });
});

test.runIf(process.platform === 'linux')('the status of a manager says which guards are active', async () => {
  const all = await startHost({ module: 'healthy.js' });
  const { guards: active } = await all.said('guards', ({ guards: told }) => told !== undefined);
  expect(active).toEqual({
    parentDeathSignal: 'active',
    janitor: 'active',
    search: 'active',
    watchdog: 'off',
  });
  const none = await startHost({
    module: 'healthy.js',
    guards: { parentDeathSignal: false, janitor: false },
  });
  const { guards: off } = await none.said('guards', ({ guards: told }) => told !== undefined);
  expect(off).toEqual({ parentDeathSignal: 'off', janitor: 'off', search: 'off', watchdog: 'active' });
  const poor = await startHost({ module: 'healthy.js', path: '/nowhere' });
  const { guards: lacking } = await poor.said('guards', ({ guards: told }) => told !== undefined);
  expect(lacking).toMatchObject({ parentDeathSignal: 'unavailable', watchdog: 'active' });
});
