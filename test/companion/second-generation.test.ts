import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { companion } from '../../src/companion/index.ts';
import type { Json } from '../../src/ipc/channel.ts';
import { Harness, type HarnessOptions } from './harness.ts';
import { node22, without22 } from './node-22.ts';
import { createModuleFolder, type ModuleFolder, runtimeFor, sdk2 } from './sdk.ts';

const patience = { timeout: 10_000, interval: 5 };

describe.runIf(node22)(`A module on API ${sdk2.version}${without22}`, () => {
  let module: ModuleFolder;
  beforeAll(async () => {
    module = await createModuleFolder(sdk2, 'every-version', runtimeFor(sdk2));
  });
  afterAll(() => module.remove());

  const start = (options: Partial<HarnessOptions> = {}) =>
    Harness.start({ module: { folder: module.folder, runtimes: { node22: node22! } }, ...options });
  const startReady = async (options: Partial<HarnessOptions> = {}) => {
    const harness = await start(options);
    await vi.waitFor(() => expect(harness.has('module.initialised')).toBe(true), patience);
    return harness;
  };

  it('tells definitions, presets and logs as modules on API 1.x do', async () => {
    await using harness = await startReady();
    expect(harness.told[0]).toEqual({
      name: 'log-message',
      payload: { level: 'info', message: 'imported', source: 'the file itself' },
    });
    expect(definition(harness, 'setActionDefinitions', 'actions', 'watched')).toEqual({
      id: 'watched',
      name: 'Watched',
      options: [{ id: 'text', type: 'textinput', label: 'Text', default: '' }],
      hasLearn: false,
      hasLifecycleFunctions: true,
      optionsToMonitorForSubscribe: ['text'],
    });
    expect(definition(harness, 'setFeedbackDefinitions', 'feedbacks', 'lit')).toEqual({
      id: 'lit',
      name: 'Lit',
      type: 'boolean',
      options: [],
      hasLearn: false,
      defaultStyle: {},
      showInvert: true,
    });
    expect(harness.last('setPresetDefinitions')).toEqual({
      presets: [{ id: 'on', type: 'simple', name: 'On', style: { text: 'On' }, steps: [], feedbacks: [] }],
      structure: [{ id: 'lights', name: 'Lights', definitions: ['on'] }],
    });
  });

  it('gets the defaults of its fields as its first config, secret ones apart, and they are saved', async () => {
    await using harness = await startReady({ settings: { config: {}, isFirstInit: true } });
    expect(harness.last('saveConfig')).toEqual({
      config: { host: '127.0.0.1' },
      secrets: { password: 'hush' },
    });
    await vi.waitFor(() => expect(harness.variable('seen')).toContain('"password":"hush"'), patience);
  });

  it('saves config and secrets by itself, records actions, sends OSC and sets custom variables', async () => {
    await using harness = await startReady();
    const client = clientOf(harness);
    await client.executeAction(action('save'));
    await client.executeAction(action('osc'));
    await client.executeAction(action('echo', { text: 'a' }), 'deck');
    await client.startStopRecordActions(true);
    expect(harness.last('saveConfig')).toEqual({ config: { host: 'chosen' }, secrets: { password: 'new' } });
    expect(harness.last('send-osc')).toEqual({
      host: '127.0.0.1',
      port: 9000,
      path: '/lamp',
      args: [{ type: 'i', value: 1 }],
    });
    expect(harness.last('setCustomVariable')).toEqual({
      customVariableId: 'surface',
      value: 'deck',
      controlId: 'c1',
    });
    expect(harness.last('recordAction')).toEqual({
      uniquenessId: 'only-one',
      actionId: 'echo',
      options: { text: 'again' },
      delay: 5,
    });
  });

  it('subscribes and unsubscribes actions when they come, change where it watches, and go', async () => {
    await using harness = await startReady();
    const client = clientOf(harness);
    const update = (change: object | null) =>
      client.updateActions({
        w: change && { ...action('watched', change as Record<string, Json>), id: 'w' },
      });
    await update({ text: 'a' });
    await update({ text: 'a', other: 1 });
    await update({ text: 'b' });
    await update(null);
    expect(harness.variable('hooks')).toEqual([
      'subscribe w a',
      'unsubscribe w a',
      'subscribe w b',
      'unsubscribe w b',
    ]);
  });

  it('runs a feedback once more, however often it is checked meanwhile, and tells only what changed', async () => {
    await using harness = await startReady();
    const client = clientOf(harness);
    await client.updateFeedbacks({ f1: feedback('f1', 'lit'), f2: feedback('f2', 'counted') });
    await vi.waitFor(() => expect(values(harness, 'f2')).toHaveLength(1), patience);
    await client.executeAction(action('light'));
    await vi.waitFor(() => expect(values(harness, 'f1')).toEqual([false, true]), patience);
    // Fifty checks are the one that runs and one more; both may be told together.
    await vi.waitFor(
      () => expect(values(harness, 'f2').at(-1)).toMatchObject({ runs: 3, previousOptions: {} }),
      patience,
    );
    await client.updateFeedbacks({ f3: { ...feedback('f3', 'lit') } });
    await vi.waitFor(() => expect(values(harness, 'f3')).toEqual([true]), patience);
    expect(values(harness, 'f2').at(-1)).toMatchObject({ runs: 3 });
    expect(values(harness, 'f1')).toEqual([false, true]);
  });

  it('gives pictures as bytes', async () => {
    await using harness = await startReady();
    const image = { width: 3, height: 4 };
    await clientOf(harness).updateFeedbacks({ p: { ...feedback('p', 'picture'), image } });
    await vi.waitFor(
      () => expect(values(harness, 'p')).toEqual([{ imageBuffer: new Uint8Array([3, 4]) }]),
      patience,
    );
  });

  it('answers HTTP requests, and one that never does is given up alone', async () => {
    await using harness = await startReady();
    const client = clientOf(harness);
    const never = client.handleHttpRequest(request('/never'), { timeout: 50 });
    const timedOut = expect(never).rejects.toMatchObject({ code: 'CALL_TIMED_OUT' });
    expect(await client.handleHttpRequest(request('/lamp'))).toEqual({ status: 201, body: 'GET /lamp' });
    await timedOut;
    await harness.session.ping();
  });

  it('learns within its own time', async () => {
    await using harness = await startReady();
    await expect(clientOf(harness).learnAction(action('learnTooLong'))).rejects.toThrow('within 20 ms');
  });

  it('drops values of variables it doesn’t define, and says so', async () => {
    await using harness = await startReady();
    await clientOf(harness).executeAction(action('undefinedVariable'));
    expect(harness.variable('echo')).toBe('defined');
    expect(harness.variable('nowhere')).toBeUndefined();
    expect(harness.last('log-message')).toMatchObject({
      level: 'error',
      message: expect.stringContaining('nowhere'),
    });
  });

  it('shares a UDP socket of the host', async () => {
    const app: HarnessOptions['app'] = async (name) => (name === 'sharedUdpSocketJoin' ? 'socket-1' : {});
    await using harness = await startReady({ app });
    const client = clientOf(harness);
    await client.executeAction(action('bind'));
    await client.executeAction(action('sendPacket'));
    expect(harness.asked).toEqual([
      { name: 'sharedUdpSocketJoin', payload: { family: 'udp4', portNumber: 5000 } },
      {
        name: 'sharedUdpSocketSend',
        payload: {
          handleId: 'socket-1',
          message: new Uint8Array(Buffer.from('ping')),
          address: '127.0.0.1',
          port: 7,
        },
      },
    ]);
    const source = { address: '127.0.0.9', family: 'IPv4', port: 7, size: 4 };
    const message = new Uint8Array(Buffer.from('pong'));
    client.sharedUdpSocketMessage({ handleId: 'socket-1', portNumber: 5000, message, source });
    await vi.waitFor(() => expect(harness.variable('packet')).toBe('pong from 127.0.0.9'), patience);
    client.sharedUdpSocketError({ handleId: 'socket-1', portNumber: 5000, error: { message: 'in use' } });
    await vi.waitFor(
      () => expect(harness.last('log-message')).toMatchObject({ message: 'socket: in use' }),
      patience,
    );
  });

  it('upgrades actions, whose options are plain for the app and raw for the script', async () => {
    await using harness = await startReady();
    const expression = { isExpression: true, value: '$(a:b)' };
    const old = { ...action('echo', { level: '7', text: 'a' }), upgradeIndex: -1 };
    const result = await clientOf(harness).upgradeActionsAndFeedbacks({
      actions: [
        old,
        { ...old, id: 'a2', options: { level: expression } },
        { ...old, id: 'a3', upgradeIndex: null },
      ],
      feedbacks: [],
      defaultUpgradeIndex: null,
    });
    expect(result).toEqual({
      updatedActions: [
        { ...old, options: { level: 7, text: 'a' }, upgradeIndex: 0 },
        { ...old, id: 'a2', options: { level: expression }, upgradeIndex: 0 },
      ],
      updatedFeedbacks: [],
      latestUpgradeIndex: 0,
    });
  });

  it('is misconfigured when an upgrade script throws, and its config is left alone', async () => {
    await using harness = await start({ settings: { config: { break: true } } });
    await vi.waitFor(() => expect(harness.has('module.initFailed')).toBe(true), patience);
    expect(harness.news.at(-1)).toMatchObject({
      misconfigured: true,
      message: expect.stringMatching(/Upgrade script 0 .*the old config makes no sense/),
    });
    expect(harness.last('saveConfig')).toBeUndefined();
    expect(harness.last('companion.initialised')).toBeUndefined();
  });

  it('is destroyed when it is asked to stop, and leaves by itself, also when it throws then', async () => {
    await using harness = await startReady();
    await clientOf(harness).executeAction(action('throwAtTheEnd'));
    harness.session.askToStop();
    expect(await harness.exited).toEqual({ code: 0, signal: null });
    expect(harness.last('set-status')).toEqual({ status: 'disconnected', message: 'destroyed' });
    expect(harness.last('log-message')).toMatchObject({
      message: 'destroy threw: Error: the lamp holds on',
    });
  });
});

function clientOf({ session }: Harness) {
  return companion({
    call: (name, payload, options) => session.call(name, payload, options ?? {}),
    notify: (name, payload) => session.notify(name, payload),
  });
}

function definition(harness: Harness, message: string, list: string, id: string): unknown {
  const lists = harness.last(message) as Record<string, { id: string }[]>;
  return lists[list]?.find((row) => row.id === id);
}

/** All values of a feedback that were told. */
function values(harness: Harness, id: string): unknown[] {
  return harness.told
    .filter(({ name }) => name === 'updateFeedbackValues')
    .flatMap(({ payload }) => (payload as { values: { id: string; value: unknown }[] }).values)
    .filter((row) => row.id === id)
    .map(({ value }) => value);
}

function action(actionId: string, options: Record<string, Json> = {}) {
  return { id: 'a1', controlId: 'c1', actionId, options, upgradeIndex: null, disabled: false };
}

function feedback(id: string, feedbackId: string) {
  return { id, controlId: 'c1', feedbackId, options: {}, upgradeIndex: null, disabled: false };
}

function request(path: string) {
  return {
    baseUrl: '',
    headers: {},
    hostname: 'localhost',
    ip: '127.0.0.1',
    method: 'GET',
    originalUrl: path,
    path,
    query: {},
  };
}
