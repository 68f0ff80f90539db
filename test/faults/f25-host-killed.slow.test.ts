import { describe, expect, test } from 'vitest';
import { startHost } from './hosts.ts';
import { lives, until } from './operating-system.ts';

const onLinux = describe.runIf(process.platform === 'linux');

const modules = [
  { module: 'stays-awake.js', state: 'ready' },
  { companion: 'companion-boots-slowly', state: 'ready' },
  // It listens to nobody, so that the end of its channel doesn't end it.
  { module: 'hangs-while-importing.js', state: 'registering' },
] as const;

const guards = [
  { by: 'all there is', parentDeathSignal: true, janitor: true },
  { by: 'the kernel alone', parentDeathSignal: true, janitor: false },
  { by: 'the janitor alone', parentDeathSignal: false, janitor: true },
  { by: 'itself', parentDeathSignal: false, janitor: false },
] as const;

const cases = modules.flatMap(({ state, ...module }) =>
  guards
    .filter(({ by }) => state === 'ready' || by !== 'itself')
    .map(({ by, ...guarded }) => ({
      ...module,
      name: Object.values(module).join(''),
      state,
      by,
      guards: guarded,
    })),
);

onLinux('[F25]', () => {
  test.each(cases)(
    'the idle module $name ends when its host is killed, by $by',
    async ({ state: expected, by: _by, name: _name, ...order }) => {
      const host = await startHost(order);
      await host.said(expected, ({ state }) => state === expected);
      expect(host.processes()).toHaveLength(1);
      await host.kill();
      await host.nobodyIsLeft();
    },
  );
});

test.runIf(process.platform === 'linux').each(guards)(
  '[F25] a process that waits to take over ends when its host is killed, by $by',
  async ({ by: _by, ...guarded }) => {
    const policy = { standby: true };
    const host = await startHost({ module: 'healthy.js', guards: guarded, policy });
    const { spare } = await host.said('that one waits', (word) => typeof word.spare === 'number');
    expect(lives(spare!)).toBe(true);
    await host.kill();
    await host.nobodyIsLeft();
    await until('it is gone', () => !lives(spare!));
  },
);

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
