import { describe, expect, test } from 'vitest';
import { startHost } from './hosts.ts';

const endings = [
  { ending: 'exits', code: 7 },
  { ending: 'throws', code: 1 },
  { ending: 'rejects', code: 1 },
] as const;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const inTime = { deadlines: { ask: 3000, terminate: 1000 } };
const isReady = ({ state }: { state?: string }): boolean => state === 'ready';

describe.runIf(process.platform === 'linux')('[F27]', () => {
  // A module that is busy and on an unmodified SDK leaves for no reason of its own.
  const stubborn = {
    companion: 'companion-keeps-busy',
    env: { BUSY_WHILE: 'ready' },
    guards: { janitor: false, parentDeathSignal: false },
  };

  test.each(endings)(
    'a host that $ending ends with code $code, and takes its module with it',
    async ({ ending, code }) => {
      const host = await startHost({ ...stubborn, ending });
      expect(await host.exit).toEqual([code, null]);
      await host.nobodyIsLeft();
    },
  );

  test.each(signals)('%s ends a host that doesn’t handle it, and its modules are killed', async (signal) => {
    const host = await startHost(stubborn);
    await host.said('that the module is busy', ({ line }) => line === 'busy');
    host.host.kill(signal);
    expect(await host.exit).toEqual([null, signal]);
    await host.nobodyIsLeft();
  });

  test('signals that the app listens to once are the app’s, and end nothing by themselves', async () => {
    const host = await startHost({
      module: 'says-that-it-stops.js',
      ending: 'reloads and stops',
      env: { TAKES: '100' },
      policy: inTime,
    });
    await host.said('ready', isReady);
    host.host.kill('SIGHUP');
    await host.said('that it reloaded', ({ line }) => line === 'reloaded');
    host.host.kill('SIGTERM');
    expect(await host.exit).toEqual([0, null]);
    expect(host.words.map(({ line, state }) => line ?? state).slice(-4)).toEqual([
      'reloaded',
      'stopping',
      'tidied up',
      'removed',
    ]);
  });

  test('a second signal ends a host that listens to one only, and its modules are killed', async () => {
    const host = await startHost({
      module: 'says-that-it-stops.js',
      ending: 'reloads and stops',
      env: { TAKES: '60000' },
      policy: { deadlines: { ask: 60_000 } },
    });
    await host.said('ready', isReady);
    host.host.kill('SIGTERM');
    await host.said('that it stops', ({ state }) => state === 'stopping');
    host.host.kill('SIGTERM');
    expect(await host.exit).toEqual([null, 'SIGTERM']);
    await host.nobodyIsLeft();
  });

  test.each(signals)(
    '%s stops the modules of a host with stopOnSignals in order, and then ends it',
    async (signal) => {
      const host = await startHost({
        module: 'says-that-it-stops.js',
        ending: 'stops on signals',
        policy: inTime,
      });
      await host.said('ready', isReady);
      host.host.kill(signal);
      expect(await host.exit).toEqual([null, signal]);
      expect(host.processes()).toEqual([]);
      expect(host.words.map(({ line, state }) => line ?? state).slice(-3)).toEqual([
        'stopping',
        'tidied up',
        'removed',
      ]);
    },
  );

  test('a host with stopOnSignals for two managers ends when both have stopped in order', async () => {
    const host = await startHost({
      module: 'says-that-it-stops.js',
      ending: 'stops on signals with another',
      env: { TAKES: '1500' },
      policy: inTime,
    });
    await host.said('ready', isReady);
    host.host.kill('SIGTERM');
    expect(await host.exit).toEqual([null, 'SIGTERM']);
    expect(host.words.map(({ line, state }) => line ?? state).slice(-2)).toEqual(['tidied up', 'removed']);
  });

  test('a module that doesn’t stop within its deadline is killed, and the host with stopOnSignals ends', async () => {
    const policy = { deadlines: { ask: 200, terminate: 200 } };
    const env = { BUSY_WHILE: 'ready' };
    const host = await startHost({
      module: 'keeps-its-event-loop-busy.js',
      ending: 'stops on signals',
      policy,
      env,
    });
    await host.said('busy', ({ line }) => line === 'busy');
    host.host.kill('SIGTERM');
    expect(await host.exit).toEqual([null, 'SIGTERM']);
    expect(host.processes()).toEqual([]);
  });

  test('a second signal to a host with stopOnSignals kills at once what takes its time to stop', async () => {
    const policy = { deadlines: { ask: 60_000 } };
    const env = { TAKES: '60000' };
    const host = await startHost({
      module: 'says-that-it-stops.js',
      ending: 'stops on signals',
      policy,
      env,
    });
    await host.said('ready', isReady);
    const repeat = setInterval(() => host.host.kill('SIGTERM'), 100);
    expect(await host.exit).toEqual([null, 'SIGTERM']);
    clearInterval(repeat);
    expect(host.processes()).toEqual([]);
    expect(host.words.some(({ line }) => line === 'tidied up')).toBe(false);
  });
});
