import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sdk } from '../../src/module/sdk.ts';
import { commandModule, nodeModule } from '../../src/native/index.ts';
import { fixture, type HostSide, hostModule, readyModule } from './host-side.ts';

const patient = { timeout: 15_000, interval: 5 };

function calculator(channel: string) {
  const file = fixture('calculator.mjs');
  if (channel === 'node') return nodeModule(file);
  return commandModule({
    command: process.execPath,
    args: [file],
    channel: channel === 'stdio' ? 'stdio' : 'lines',
  });
}

describe.each(['node', 'fd:3', 'stdio'])('a module on the channel %s', (channel) => {
  const start = () =>
    readyModule(calculator(channel), { config: { factor: 3 }, secrets: { key: 'k' }, label: 'Cash desk' });

  test('registers, is initialised, answers and is stopped', async () => {
    const { session, news, notification, refused, frames, exit } = await start();
    expect(news[0]).toMatchObject({
      tokenValid: true,
      versionSupported: true,
      detail: expect.stringContaining(`calculator 2.0.0 (${sdk})`),
    });
    expect(await notification('$status')).toEqual({ level: 'ok', message: 'Cash desk multiplies by 3' });
    expect(await notification('initialised')).toEqual({
      secrets: { key: 'k' },
      isFirstInit: true,
      tokenInEnvironment: false,
    });
    await session.ping();
    await expect(session.call('multiply', 14, {})).resolves.toBe(42);
    session.askToStop();
    await expect(exit).resolves.toEqual({ code: 0, signal: null });
    expect(news.map(({ type }) => type)).toEqual([
      'module.registered',
      'module.initialised',
      'module.unregistered',
    ]);
    expect(frames.slice(-2)).toEqual([
      [1, 3],
      [4, '$unregister'],
    ]);
    expect(refused).toEqual([]);
  });

  test('leaves when the host closes the channel', async () => {
    const { channel: wire, exit } = await start();
    wire.close();
    await expect(exit).resolves.toEqual({ code: 0, signal: null });
  });
});

describe('calls', () => {
  let shared: HostSide;
  let end = async (): Promise<void> => {};
  let unanswered: AbortSignal | undefined;

  beforeAll(async () => {
    shared = await start({
      lasts: (its) => (end = its),
      call: async (name, payload, { signal }) => {
        if (payload !== null) return [name, payload];
        unanswered = signal;
        return new Promise(() => {});
      },
    });
  });

  afterAll(() => end());

  const start = (options?: Parameters<typeof readyModule>[2]): Promise<HostSide> =>
    readyModule(calculator('node'), { config: { factor: 3 } }, options);

  test('an error of a handler comes back with its code and stack', async () => {
    await expect(shared.session.call('refuse', null, {})).rejects.toMatchObject({
      code: 'CALL_FAILED',
      message: expect.stringContaining('never'),
      data: { remoteCode: 'NEVER', remoteStack: expect.stringContaining('calculator.mjs') },
    });
  });

  test.each(['divide', 'constructor', '__proto__', 'toString'])(
    '%s, which the module doesn’t have, is answered with what it has',
    async (name) => {
      await expect(shared.session.call(name, null, {})).rejects.toMatchObject({
        message: expect.stringContaining('multiply'),
        data: { remoteCode: 'HANDLER_MISSING' },
      });
    },
  );

  test('a result that is no JSON is an error, and the module lives on', async () => {
    await expect(shared.session.call('circular', null, {})).rejects.toMatchObject({ code: 'CALL_FAILED' });
    await expect(shared.session.call('multiply', 2, {})).resolves.toBe(6);
  });

  test('a cancelled call aborts the signal of its handler', async () => {
    const controller = new AbortController();
    const call = shared.session.call('wait', null, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await shared.notification('aborted');
  });

  test('a module calls the app and waits for its answer', async () => {
    await expect(shared.session.call('ask', 'why', {})).resolves.toEqual(['question', 'why']);
  });

  test('a module that waits too long for the app gets an error, and the app’s signal is aborted', async () => {
    await expect(shared.session.call('askInVain', null, {})).rejects.toMatchObject({
      data: { remoteCode: 'CALL_TIMED_OUT' },
    });
    await vi.waitFor(() => expect(unanswered?.aborted).toBe(true), patient);
  });

  test('a module can’t use the names of the protocol', async () => {
    await expect(shared.session.call('reserved', null, {})).rejects.toMatchObject({
      data: { remoteCode: 'OPTION_INVALID' },
    });
  });

  test('a changed config is taken over, or refused with the reason', async () => {
    const { session } = await start();
    const settings = { label: 'Lamp', secrets: {}, isFirstInit: false };
    await session.configure({ ...settings, config: { factor: 5 } });
    await expect(session.call('multiply', 2, {})).resolves.toBe(10);
    await expect(session.configure({ ...settings, config: { factor: 0 } })).rejects.toThrow(/must not be 0/);
    await expect(session.call('multiply', 2, {})).resolves.toBe(10);
  });

  test('a changed config is taken over, however many calls hang', async () => {
    const { session } = await start();
    for (let count = 0; count < 1001; count += 1) session.call('wait', null, { timeout: 0 }).catch(() => {});
    const settings = { label: 'Lamp', secrets: {}, isFirstInit: false };
    await expect(session.configure({ ...settings, config: { factor: 5 } })).resolves.toBe('taken');
    await expect(session.call('multiply', 2, {})).resolves.toBe(10);
  });

  test('a notification reaches its handler, and one without a handler is logged', async () => {
    const { session, notified } = shared;
    session.notify('tick', 1);
    session.notify('tock', 2);
    await vi.waitFor(() => expect(notified.filter(([name]) => name === '$log')).toHaveLength(2), patient);
    expect(notified.at(-2)).toEqual(['$log', { level: 'info', message: 'tick 1' }]);
    expect(notified.at(-1)).toMatchObject([
      '$log',
      { level: 'warning', message: expect.stringContaining('tock') },
    ]);
  });
});

describe('init', () => {
  test('an error made by misconfigured is reported as such', async () => {
    const host = await hostModule(nodeModule(fixture('needs-an-address.mjs')));
    await host.reported('module.registered');
    host.session.initialise({ label: 'Lamp', config: {}, secrets: null, isFirstInit: true });
    expect(await host.reported('module.initFailed')).toEqual({
      type: 'module.initFailed',
      message: 'No address is set.',
      misconfigured: true,
    });
  });

  test('a slow one extends its deadline and still answers pings', async () => {
    const host = await hostModule(nodeModule(fixture('slow-start.mjs')));
    await host.reported('module.registered');
    host.session.initialise({ label: 'Lamp', config: {}, secrets: null, isFirstInit: true });
    expect(await host.reported('module.extended')).toEqual({ type: 'module.extended', by: 60_000 });
    await host.session.ping();
  });

  test('a module without configure takes a changed config over by a restart only', async () => {
    const { session } = await readyModule(nodeModule(fixture('never-stops.mjs')));
    const change = session.configure({ label: 'Lamp', config: {}, secrets: {}, isFirstInit: false });
    await expect(change).resolves.toBe('restart');
  });
});

describe('the end', () => {
  test('an unhandled error ends the process with 1 and its stack on stderr, after everything said before', async () => {
    const { session, notified, exit, output } = await readyModule(nodeModule(fixture('talks-and-dies.mjs')));
    session.notify('die', null);
    await expect(exit).resolves.toEqual({ code: 1, signal: null });
    const words = (): unknown[] => notified.filter(([name]) => name === 'word').map(([, word]) => word);
    // A channel reads a part of what has come in each turn; that the exit is told after all of it is the matter of who owns the process.
    await vi.waitFor(() => expect(words()).toHaveLength(500), patient);
    expect(words().map((word) => parseInt(word as string))).toEqual(Array.from(words().keys()));
    await vi.waitFor(
      () => expect(output.join('\n')).toMatch(/died while talking[^]*talks-and-dies\.mjs/),
      patient,
    );
  });

  test.each([
    ['an unhandled rejection', 'talks-and-dies.mjs', 'reject', 'nobody caught me'],
    ['a notification handler that throws', 'calculator.mjs', 'fall', 'fell over a notification'],
  ])('%s ends the process with 1', async (_, file, name, message) => {
    const { session, exit, output } = await readyModule(nodeModule(fixture(file)), { config: { factor: 1 } });
    session.notify(name, null);
    await expect(exit).resolves.toEqual({ code: 1, signal: null });
    await vi.waitFor(() => expect(output.join('\n')).toContain(message), patient);
  });

  test('a module that handles its uncaught errors itself lives on', async () => {
    const { session } = await readyModule(nodeModule(fixture('catches-its-own-errors.mjs')));
    session.notify('throwLater', null);
    await session.ping();
    await session.ping();
  });

  test('a module that unregisters and leaves loses nothing it said', async () => {
    const host = await hostModule(nodeModule(fixture('leaves-by-itself.mjs')));
    await host.reported('module.registered');
    host.session.initialise({ label: 'Lamp', config: {}, secrets: null, isFirstInit: true });
    await expect(host.exit).resolves.toEqual({ code: 0, signal: null });
    await host.reported('module.unregistered');
    expect(host.notified).toHaveLength(500);
    expect(host.news.at(-1)).toEqual({ type: 'module.unregistered' });
  });

  test('a module whose stop fails says so and leaves with 1', async () => {
    const { session, exit, refused } = await readyModule(nodeModule(fixture('fails-to-stop.mjs')));
    session.askToStop();
    await expect(exit).resolves.toEqual({ code: 1, signal: null });
    expect(refused).toMatchObject([expect.stringContaining('the device is stuck')]);
  });

  test('when the host is gone, stop is run although nobody reads what it prints', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'greenroom-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'tidy.txt');
    const { child, channel, exit } = await readyModule(
      nodeModule({ path: fixture('tidies-up.mjs'), permissions: { write: [folder] } }),
      {
        config: { file },
      },
    );
    child.stdout?.destroy();
    child.stderr?.destroy();
    channel.close();
    await expect(exit).resolves.toEqual({ code: 0, signal: null });
    expect(readFileSync(file, 'utf8')).toBe('tidy');
  });

  test('when the host is gone, a stop that never ends has one second', async () => {
    const { channel, exit } = await readyModule(nodeModule(fixture('never-stops.mjs')));
    const before = performance.now();
    channel.close();
    await expect(exit).resolves.toEqual({ code: 0, signal: null });
    expect(performance.now() - before).toBeGreaterThan(900);
  });

  test.each([
    ['no version in common', 78, { versions: [7] }],
    ['another reason', 77, {}],
  ])('a module refused for %s says why and leaves with %i', async (_, code, change) => {
    const { exit, output } = await hostModule(nodeModule(fixture('never-stops.mjs')), {
      refuse: 'the house is full',
      alter: (frame) => ({ ...(frame as object), ...change }),
    });
    await expect(exit).resolves.toEqual({ code, signal: null });
    await vi.waitFor(
      () => expect(output).toEqual(['The host refused this module: the house is full']),
      patient,
    );
  });
});

test('on stdio what is printed after runModule doesn’t get onto the wire', async () => {
  const module = commandModule({
    command: process.execPath,
    args: [fixture('prints.mjs')],
    channel: 'stdio',
  });
  const { session, output, refused } = await readyModule(module);
  await expect(session.call('echo', 'still here', {})).resolves.toBe('still here');
  await vi.waitFor(() => expect(output).toEqual(['printed by console.log', 'written to stdout']), patient);
  expect(refused).toEqual(['not-json: printed too early']);
});

test('a module that is started by hand explains how to run it', () => {
  const { status, stderr } = spawnSync(process.execPath, [fixture('calculator.mjs')], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/NOT_A_MODULE_PROCESS/);
  expect(stderr).toMatch(/greenroom run/);
});

test('the name of this side carries the version of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(sdk).toBe(`greenroom/module ${version}`);
});
