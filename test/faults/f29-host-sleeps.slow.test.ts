import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startHostOfMany } from './many.ts';
import { until } from './operating-system.ts';

/** Every deadline of those who are in some phase is over twice while the host sleeps; milliseconds. */
const asleep = 3000;
const deadline = 1500;
const policy = {
  deadlines: { ask: deadline, terminate: 300, kill: 300 },
  backoff: { initial: deadline, most: deadline, jitter: 0 },
  heartbeat: { interval: 200, suspectAfter: 2, putDownAfter: 4 },
} as const;
const short = { deadlines: { register: deadline, init: deadline } };

type Host = Awaited<ReturnType<typeof startHostOfMany>>;

const ways = [
  {
    row: 'F29',
    how: 'is stopped by SIGSTOP',
    sleep: async ({ host }: Host) => {
      host.kill('SIGSTOP');
      await wait(asleep);
      host.kill('SIGCONT');
    },
  },
  {
    row: 'F31',
    how: 'blocks its event loop',
    sleep: async (host: Host) => {
      host.block(asleep);
      await until('the host has begun to block', () => host.words.some(({ blocked }) => blocked));
    },
  },
] as const;

test.each(ways.map(({ row, how, sleep }) => [row, how, sleep] as const))(
  '[%s] a host that %s judges nobody, in whatever phase',
  async (_row, _how, sleep) => {
    const host = await startHostOfMany({ policy });
    const healthy = Array.from({ length: 20 }, () => host.add({ module: 'healthy.js' }));
    const stopping = host.add({ module: 'says-that-it-stops.js', env: { TAKES: '700' } });
    const crashed = host.add({ module: 'fails-the-first-time.js', env: { FAILURE: 'exit 1' } });
    for (const id of [...healthy, stopping]) await host.isIn(id, 'ready');
    // These need their host to hear them, or to answer them, before a deadline that passes while it sleeps.
    const asking = host.add({
      module: 'asks-its-host-during-init.js',
      policy: { deadlines: { init: 2500 } },
    });
    await host.isIn(asking, 'initialising');
    const initialising = host.add({
      module: 'takes-its-time.js',
      env: { BEFORE_READY: '600' },
      policy: short,
    });
    const registering = host.add({
      module: 'takes-its-time.js',
      env: { BEFORE_REGISTER: '600' },
      policy: short,
    });
    await host.isIn(registering, 'registering');
    host.disable(stopping);
    await host.isIn(stopping, 'stopping');
    await sleep(host);

    const unharmed = [...healthy.slice(1), asking, initialising, registering];
    for (const id of [...unharmed, crashed]) await host.isIn(id, 'ready');
    await host.isIn(stopping, 'disabled');
    // By the time the host has judged one that does hang, it would have judged the others.
    const hung = healthy[0]!;
    process.kill(host.statuses(hung).at(-1)!.pid!, 'SIGSTOP');
    await until('the one that hangs is judged', () => host.exits(hung).length > 0);
    expect(host.exits(hung)).toEqual(['hung']);
    expect(unharmed.flatMap(host.exits)).toEqual([]);
    expect(unharmed.filter((id) => host.statuses(id).some(({ state }) => state === 'suspect'))).toEqual([]);
    expect(host.exits(crashed)).toEqual(['exit-code']);
    expect(host.exits(stopping)).toEqual(['stopped']);
    expect(host.statuses(stopping).map(({ step }) => step)).not.toContain('terminating');
    await host.stop();
  },
);
