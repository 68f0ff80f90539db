import { expect, test } from 'vitest';
import type { ConnectionState, ManagerOptions } from '../../src/index.ts';
import { createStage, fixture } from './manager.ts';
import { addAndCatch, situations, stageFor } from './situations.ts';

const never = { backoff: { initial: 60_000, most: 60_000 }, intensity: { probe: 60_000 } };

/** What becomes of a module whose init fails for its config, when it says so itself and when it doesn't. */
const wrong: readonly [ConnectionState, object, ManagerOptions['policy']][] = [
  ['misconfigured', { isSureAboutIt: true }, never],
  ['backingOff', { isSureAboutIt: false }, never],
  ['failed', { isSureAboutIt: false }, { ...never, intensity: { crashes: 0, probe: 60_000 } }],
];

test.each(wrong)(
  '[F22] a connection that is %s for its config starts at once when that is changed',
  async (state, config, policy) => {
    await using stage = createStage({ policy: policy! });
    const connection = stage.add('needs-an-address.js', { config: { ...config, address: '' } });
    const down = await connection.waitFor(state);
    expect(down).toMatchObject({ incarnation: 1, alive: false, wanted: true });
    expect(down.lastExit?.phase).toBe('initialising');
    expect(down.reason).toContain(
      state === 'misconfigured' ? 'there is no address' : 'no answer from nowhere',
    );
    expect(connection.config).toEqual({ ...config, address: '' });
    // Nothing goes on by itself: no crash loop.
    expect(stage.clock.pending).toEqual(state === 'misconfigured' ? [] : [60_000]);

    connection.update({ config: { address: '127.0.0.1' } });
    expect(connection.config).toEqual({ address: '127.0.0.1' });
    expect(connection.status).toMatchObject({ state: 'preparing', attempt: 0, reason: null });
    const up = await connection.waitFor('ready');
    expect(up).toMatchObject({ incarnation: 2, attempt: 0 });
  },
);

test.each(wrong)(
  '[F22] a connection that would be %s starts at once with the config that it got while init was under way',
  async (_, config, policy) => {
    await using stage = createStage({ policy: policy! });
    const correct = () => connection.update({ config: { address: '127.0.0.1' } });
    const connection = stage.add('needs-an-address.js', {
      config: { ...config, asks: true },
      handlers: { mayFail: correct },
    });
    expect(await connection.waitFor('ready')).toMatchObject({ incarnation: 2, attempt: 0, reason: null });
    expect(connection.history).toMatchObject([{ phase: 'initialising', crash: true }]);
  },
);

test.each(
  wrong.flatMap(([state, config, policy]) =>
    [{ config: { address: '127.0.0.1' } }, { module: fixture('takes-its-time.js') }].map((change) => ({
      state,
      config,
      policy,
      change,
      what: Object.keys(change)[0],
    })),
  ),
)(
  '[F22] a connection that would be $state starts at once with the $what that it got while it was put down',
  async ({ config, policy, change }) => {
    await using stage = createStage({ policy: policy! });
    const connection = stage.add('needs-an-address.js', { config });
    await connection.waitFor('puttingDown');
    connection.update(change);
    expect(connection.status).toMatchObject({ state: 'puttingDown', incarnation: 1 });
    expect(await connection.waitFor('ready')).toMatchObject({ incarnation: 2, attempt: 0, reason: null });
  },
);

test.each(situations)(
  '[F22] the config can be read and changed while $state, and is what the module then has',
  async (situation) => {
    await using stage = await stageFor(situation);
    const config = { address: '127.0.0.1' };
    const read: unknown[] = [];
    const connection = addAndCatch(stage, situation, (caught) => {
      read.push(caught.config);
      caught.update({ config });
      read.push(caught.config);
      if (!caught.status.wanted) caught.enable();
      if (caught.status.state === 'suspect') process.kill(caught.status.pid!, 'SIGCONT');
    });
    await connection.waitFor(() => read.length > 0);
    expect(read).toEqual([{}, config]);
    await connection.waitFor('ready');
    expect(await connection.call('config')).toEqual(config);
  },
);
