import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { companionProtocol, type CompanionProtocolOptions } from '../../src/companion/index.ts';
import { GreenroomError } from '../../src/errors.ts';
import type { Json } from '../../src/ipc/channel.ts';
import type { AppPort, InboundMessage, ModuleNews, Protocol } from '../../src/process/protocol.ts';

const settings = { label: 'Lamp', config: { host: 'a' }, secrets: { pin: 1 }, isFirstInit: false };
const lost = new GreenroomError('CONNECTION_LOST', 'The process is gone.');

describe('A session with a Companion module', () => {
  it.each(['x7', 7, 2 ** 28])('answers under the very id that came: %o', (callbackId) => {
    const { session, sent } = registered('1.14.1', { callbackId });
    session.acceptRegistration();
    expect(sent).toEqual([{ direction: 'response', callbackId, success: true, payload: '{}' }]);
  });

  it.each(['0.5.1', '1.0.0', '1.4.3', '1.14.1', '1.15.0', '1.99.9'])(
    'supports module API %s',
    (apiVersion) => {
      expect(registered(apiVersion).news).toMatchObject([
        { type: 'module.registered', versionSupported: true },
      ]);
    },
  );

  it.each(['0.4.9', '2.0.0', '0.0.0', 'latest', '', 14, null, undefined])(
    'does not support module API %o, and says so',
    (apiVersion) => {
      const [news] = registered(apiVersion).news;
      expect(news).toMatchObject({
        versionSupported: false,
        detail: expect.stringContaining('this host supports 0.5 to 1.14'),
      });
    },
  );

  it('takes 0.0.0 for the version of the installed base', () => {
    const { news } = registered('0.0.0', { options: { baseVersion: '1.1.0' } });
    expect(news).toMatchObject([{ versionSupported: true, detail: expect.stringContaining('1.1.0') }]);
  });

  it.each([
    ['no payload', undefined],
    ['null', 'null'],
    ['a text', '"hello"'],
    [
      'a token that is too long',
      JSON.stringify({ apiVersion: '1.0.0', connectionId: 'lamp', verificationToken: 'secret!' }),
    ],
    [
      'a token that is no text',
      JSON.stringify({ apiVersion: '1.0.0', connectionId: 'lamp', verificationToken: ['secret'] }),
    ],
    [
      'another connection',
      JSON.stringify({ apiVersion: '1.0.0', connectionId: 'x', verificationToken: 'secret' }),
    ],
  ])('reports a registration with %s as one without a valid token', (_, payload) => {
    const { session, news } = open();
    session.onFrame({ direction: 'call', name: 'register', payload, callbackId: 1 });
    expect(news).toMatchObject([{ type: 'module.registered', tokenValid: false }]);
    expect(JSON.stringify(news)).not.toContain('secret');
  });

  it('refuses a registration that can’t be read or answered', () => {
    const { session, news } = open();
    session.onFrame({ direction: 'call', name: 'register', payload: '{', callbackId: 1 });
    session.onFrame({ direction: 'call', name: 'register', payload: '{}' });
    expect(news).toMatchObject([
      { type: 'message.refused', fatal: true },
      { type: 'message.refused', fatal: true },
    ]);
  });

  it('reports a second registration and keeps answering the first', () => {
    const { session, news, sent } = registered('1.14.1', { callbackId: 1 });
    session.onFrame(register({ apiVersion: '0.5.0', callbackId: 2 }));
    session.acceptRegistration();
    expect(news).toHaveLength(2);
    expect(sent).toMatchObject([{ callbackId: 1 }]);
  });

  it.each([
    [
      '0.5.1',
      {
        label: 'Lamp',
        isFirstInit: false,
        config: { host: 'a' },
        lastUpgradeIndex: -1,
        actions: { 'greenroom.none': expect.objectContaining({ actionId: 'greenroom.none' }) },
        feedbacks: {},
      },
    ],
    [
      '1.12.1',
      {
        label: 'Lamp',
        isFirstInit: false,
        config: { host: 'a' },
        lastUpgradeIndex: -1,
        actions: {},
        feedbacks: {},
      },
    ],
    [
      '1.13.0',
      {
        label: 'Lamp',
        isFirstInit: false,
        config: { host: 'a' },
        secrets: { pin: 1 },
        lastUpgradeIndex: -1,
        actions: {},
        feedbacks: {},
      },
    ],
  ])('initialises module API %s in the shape it knows', (apiVersion, payload) => {
    expect(initPayload(apiVersion, {}, settings)).toEqual(payload);
  });

  it.each([
    ['nothing was kept yet', {}, { config: {}, secrets: {}, isFirstInit: true }, true],
    ['nothing was ever given', {}, { config: null, secrets: null, isFirstInit: true }, true],
    ['there is a config', {}, { config: { host: 'a' }, secrets: {}, isFirstInit: true }, false],
    ['there are secrets', {}, { config: {}, secrets: { pin: 1 }, isFirstInit: true }, false],
    ['it was initialised before', {}, { config: {}, secrets: {}, isFirstInit: false }, false],
    [
      'the app says so',
      { isFirstInit: true },
      { config: { host: 'a' }, secrets: {}, isFirstInit: false },
      true,
    ],
    ['the app forbids it', { isFirstInit: false }, { config: {}, secrets: {}, isFirstInit: true }, false],
  ])('decides about the first initialisation when %s', (_, options, changes, isFirstInit) => {
    expect(initPayload('1.14.1', options, { ...settings, ...changes })).toMatchObject({ isFirstInit });
  });

  it('asks for the last upgrade index before each initialisation', () => {
    const lastUpgradeIndex = vi.fn<() => number>().mockReturnValue(4);
    expect(initPayload('1.14.1', { lastUpgradeIndex }, settings)).toMatchObject({ lastUpgradeIndex: 4 });
    expect(initPayload('1.14.1', { lastUpgradeIndex: 2 }, settings)).toMatchObject({ lastUpgradeIndex: 2 });
    expect(lastUpgradeIndex).toHaveBeenCalledOnce();
  });

  it('tells the app what init was answered before it reports success', async () => {
    const { session, news, told, sent } = registered('1.14.1');
    session.initialise(settings);
    const answer = {
      newUpgradeIndex: 3,
      updatedConfig: { host: 'b' },
      updatedSecrets: { pin: 2 },
      hasHttpHandler: true,
    };
    session.onFrame(response(sent, { payload: JSON.stringify(answer) }));
    await vi.waitFor(() => expect(news.at(-1)).toEqual({ type: 'module.initialised' }));
    expect(told).toEqual([
      [
        'companion.initialised',
        {
          ...answer,
          latestUpgradeIndex: 3,
          apiVersion: '1.14',
          hasRecordActionsHandler: false,
          disableNewConfigLayout: false,
        },
      ],
    ]);
  });

  it.each([
    ['an error', { success: false, payload: '{"message":"no device","stack":""}' }, 'no device'],
    ['an error without text', { success: false }, 'it gave no reason'],
    ['an answer that can’t be read', { payload: '{' }, 'not EJSON text'],
  ])('reports a failed init for %s', async (_, answer, message) => {
    const { session, news, sent } = registered('1.14.1');
    session.initialise(settings);
    session.onFrame(response(sent, answer));
    await vi.waitFor(() =>
      expect(news.at(-1)).toMatchObject({ type: 'module.initFailed', misconfigured: false }),
    );
    expect((news.at(-1) as { message: string }).message).toContain(message);
  });

  it('reports a failed init when it can’t be sent', async () => {
    const { session, news } = registered('1.14.1', {
      sendError: new GreenroomError('FRAME_TOO_LARGE', 'The frame is too large.'),
    });
    session.initialise(settings);
    await vi.waitFor(() =>
      expect(news.at(-1)).toMatchObject({ type: 'module.initFailed', message: 'The frame is too large.' }),
    );
  });

  it('gives a config to the host that an upgrade changed, and goes on with its index', async () => {
    const saveConfig = vi.fn<NonNullable<AppPort['saveConfig']>>().mockReturnValue(true);
    const protocol = companionProtocol({ lastUpgradeIndex: 1 });
    const first = registered('1.14.1', { protocol, saveConfig });
    first.session.initialise(settings);
    expect(payloadOf(first.sent)).toMatchObject({ lastUpgradeIndex: 1 });
    const answer = { newUpgradeIndex: 3, updatedConfig: { host: 'b' }, updatedSecrets: settings.secrets };
    first.session.onFrame(response(first.sent, { payload: JSON.stringify(answer) }));
    await vi.waitFor(() => expect(first.news.at(-1)).toEqual({ type: 'module.initialised' }));
    expect(saveConfig.mock.calls).toEqual([[{ config: { host: 'b' } }]]);
    expect(first.told).toMatchObject([['companion.initialised', { newUpgradeIndex: 3 }]]);
    expect(JSON.stringify(first.told)).not.toContain('pin');

    const second = registered('1.14.1', { protocol, saveConfig });
    second.session.initialise(settings);
    expect(payloadOf(second.sent)).toMatchObject({ lastUpgradeIndex: 3 });
  });

  it('upgrades what the app made of a config while the one before was upgraded, with another init', async () => {
    const saveConfig = vi.fn<NonNullable<AppPort['saveConfig']>>().mockReturnValue(false);
    const protocol = companionProtocol({ lastUpgradeIndex: 1 });
    const first = registered('1.14.1', { protocol, saveConfig });
    first.session.initialise(settings);
    const answer = { newUpgradeIndex: 3, updatedConfig: { host: 'b' } };
    first.session.onFrame(response(first.sent, { payload: JSON.stringify(answer) }));
    await vi.waitFor(() => expect(first.news.at(-1)).toEqual({ type: 'module.initialised' }));
    expect(first.told).toMatchObject([
      ['companion.initialised', { newUpgradeIndex: 1, latestUpgradeIndex: 3 }],
    ]);
    expect(await first.session.configure({ ...settings, config: { host: 'c' } })).toBe('restart');

    const second = registered('1.14.1', { protocol, saveConfig });
    second.session.initialise({ ...settings, config: { host: 'c' } });
    expect(payloadOf(second.sent)).toMatchObject({ lastUpgradeIndex: 1 });
  });

  it('forgets the index of an upgrade where nobody keeps the config', async () => {
    const protocol = companionProtocol();
    const first = registered('1.14.1', { protocol });
    first.session.initialise(settings);
    first.session.onFrame(
      response(first.sent, { payload: '{"newUpgradeIndex":3,"updatedConfig":{"host":"b"}}' }),
    );
    await vi.waitFor(() => expect(first.news.at(-1)).toEqual({ type: 'module.initialised' }));
    const second = registered('1.14.1', { protocol });
    second.session.initialise(settings);
    expect(payloadOf(second.sent)).toMatchObject({ lastUpgradeIndex: -1 });
  });

  it('gives what a module saves by itself to the host, where that keeps it, and not to listeners', async () => {
    const saveConfig = vi.fn<NonNullable<AppPort['saveConfig']>>().mockReturnValue(true);
    const { session, sent, received, news, told } = registered('1.14.1', { saveConfig });
    session.initialise(settings);
    session.onFrame({ direction: 'call', name: 'saveConfig', payload: '{"config":{"host":"mine"}}' });
    deliverAll(session, received);
    session.onFrame(response(sent, { payload: '{"updatedConfig":{"host":"older"}}' }));
    await vi.waitFor(() => expect(news.at(-1)).toEqual({ type: 'module.initialised' }));
    expect(saveConfig.mock.calls).toEqual([[{ config: { host: 'mine' } }]]);
    expect(told.map(([name]) => name)).toEqual(['companion.initialised']);
  });

  it('keeps a config that an upgrade changed, also when the module saves its secrets meanwhile', async () => {
    const saveConfig = vi.fn<NonNullable<AppPort['saveConfig']>>().mockReturnValue(true);
    const { session, sent, received, news } = registered('1.14.1', { saveConfig });
    session.initialise(settings);
    session.onFrame({ direction: 'call', name: 'saveConfig', payload: '{"secrets":{"pin":3}}' });
    deliverAll(session, received);
    const answer = { newUpgradeIndex: 3, updatedConfig: { host: 'b' }, updatedSecrets: { pin: 2 } };
    session.onFrame(response(sent, { payload: JSON.stringify(answer) }));
    await vi.waitFor(() => expect(news.at(-1)).toEqual({ type: 'module.initialised' }));
    expect(saveConfig.mock.calls).toEqual([[{ secrets: { pin: 3 } }], [{ config: { host: 'b' } }]]);
  });

  it('tells what a module saves where the host doesn’t keep it', () => {
    const { session, received, told } = registered('1.14.1');
    session.onFrame({ direction: 'call', name: 'saveConfig', payload: '{"config":{"host":"mine"}}' });
    deliverAll(session, received);
    expect(told).toEqual([['saveConfig', { config: { host: 'mine' } }]]);
  });

  it.each([
    ['1.1.0', 'updateConfig', { host: 'a' }],
    ['1.2.0', 'updateConfigAndLabel', { label: 'Lamp', config: { host: 'a' } }],
    ['1.13.0', 'updateConfigAndLabel', { label: 'Lamp', config: { host: 'a' }, secrets: { pin: 1 } }],
  ])('tells module API %s about a change by %s', async (apiVersion, name, payload) => {
    const { session, sent } = registered(apiVersion);
    const done = session.configure(settings);
    expect(sent.at(-1)).toMatchObject({ name });
    expect(JSON.parse((sent.at(-1) as { payload: string }).payload)).toEqual(payload);
    session.onFrame(response(sent));
    await done;
  });

  it.each([{ success: true }, { success: false, payload: '{"message":"Not initialized"}' }])(
    'reports that a stop was answered, whatever the answer: %o',
    async (answer) => {
      const { session, news, sent } = registered('1.14.1');
      session.askToStop();
      expect(sent.at(-1)).toMatchObject({ name: 'destroy', payload: '{}' });
      session.onFrame(response(sent, answer));
      await vi.waitFor(() => expect(news.at(-1)).toEqual({ type: 'stop.answered' }));
    },
  );

  it('reports that a stop was answered when it can’t even be asked for', async () => {
    const { session, news } = registered('1.14.1', {
      sendError: new GreenroomError('CHANNEL_CLOSED', 'closed'),
    });
    session.askToStop();
    await vi.waitFor(() => expect(news.at(-1)).toEqual({ type: 'stop.answered' }));
  });

  it.each([
    null,
    undefined,
    'text',
    5,
    [],
    {},
    { direction: 'sideways' },
    { direction: 'call' },
    { direction: 'call', name: '' },
    { direction: 'call', name: 'x', payload: { a: 1 } },
    { direction: 'call', name: 'x', callbackId: {} },
    { direction: 'response', success: true },
    { direction: 'response', callbackId: null },
    JSON.parse('{"__proto__":{"direction":"call","name":"register"}}') as unknown,
  ])('refuses the frame %o and lives on', (frame) => {
    const { session, news, received } = open();
    session.onFrame(frame);
    expect(news).toMatchObject([{ type: 'message.refused', fatal: false }]);
    expect(received).toEqual([]);
  });

  it('marks only what modules say before they register as early', () => {
    const { session, received } = open();
    for (const name of ['log-message', 'setActionDefinitions', 'saveConfig', 'toString'])
      session.onFrame({ direction: 'call', name });
    expect(received.map(({ early }) => early)).toEqual([true, true, false, false]);
  });

  it('tells apart two calls with the same id', async () => {
    const { session, received, sent } = open({ answer: async (name) => name });
    session.onFrame({ direction: 'call', name: 'a', callbackId: 1 });
    session.onFrame({ direction: 'call', name: 'b', callbackId: 1 });
    for (const message of received) session.deliver(message);
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent).toMatchObject([
      { callbackId: 1, payload: '"a"' },
      { callbackId: 1, payload: '"b"' },
    ]);
  });

  it('answers nothing to nothing: an answer without a value has no payload', async () => {
    const { session, received, sent } = open({ answer: async () => undefined });
    session.onFrame({ direction: 'call', name: 'a', callbackId: 1 });
    deliverAll(session, received);
    await vi.waitFor(() => expect(sent).toEqual([{ direction: 'response', callbackId: 1, success: true }]));
  });

  it('answers an error when the app’s answer has no text', async () => {
    const { session, received, sent } = open({ answer: async () => 1n });
    session.onFrame({ direction: 'call', name: 'a', callbackId: 1 });
    deliverAll(session, received);
    await vi.waitFor(() =>
      expect(sent).toMatchObject([{ success: false, payload: expect.stringContaining('message') }]),
    );
  });

  it('reports an answer that can’t be sent', async () => {
    const { session, received, news } = open({
      answer: async () => 1,
      sendError: new GreenroomError('QUEUE_FULL', 'full'),
    });
    session.onFrame({ direction: 'call', name: 'a', callbackId: 1 });
    deliverAll(session, received);
    await vi.waitFor(() =>
      expect(news).toEqual([
        { type: 'message.refused', detail: expect.stringContaining('full'), fatal: false },
      ]),
    );
  });

  it('answers what can’t be read with an error, and refuses it', async () => {
    const { session, received, sent, news } = open();
    session.onFrame({ direction: 'call', name: 'a', payload: '{', callbackId: 'x' });
    session.onFrame({ direction: 'call', name: 'set-status', payload: '{' });
    deliverAll(session, received);
    expect(sent).toMatchObject([{ callbackId: 'x', success: false }]);
    expect(news).toMatchObject([{ type: 'message.refused', fatal: false }, { type: 'message.refused' }]);
  });

  it('hands bytes through both ways', async () => {
    const answer = vi.fn<NonNullable<Setup['answer']>>().mockResolvedValue('handle');
    const { session, received, sent } = open({ answer });
    session.onFrame({
      direction: 'call',
      name: 'sharedUdpSocketSend',
      payload: '{"message":{"$binary":"AQI="}}',
      callbackId: 1,
    });
    deliverAll(session, received);
    await vi.waitFor(() => expect(sent).toMatchObject([{ payload: '"handle"' }]));
    expect(answer).toHaveBeenCalledWith(
      'sharedUdpSocketSend',
      { message: new Uint8Array([1, 2]) },
      expect.any(AbortSignal),
    );
    session.notify('sharedUdpSocketMessage', { message: Buffer.from([1, 2]) });
    expect(sent.at(-1)).toEqual({
      direction: 'call',
      name: 'sharedUdpSocketMessage',
      payload: '{"message":{"$binary":"AQI="}}',
    });
  });

  it('passes an answer that comes after its call’s deadline on to the statechart', async () => {
    const { session, received, sent } = registered('1.14.1');
    await expect(session.call('learnAction', {}, { timeout: 1 })).rejects.toMatchObject({
      code: 'CALL_TIMED_OUT',
    });
    session.onFrame(response(sent));
    expect(received).toMatchObject([{ kind: 'response', early: false }]);
  });

  it('settles a call once, however often it is answered', async () => {
    const { session, received, sent } = registered('1.14.1');
    const result = session.call('learnAction', {}, {});
    session.onFrame(response(sent, { payload: '1' }));
    session.onFrame(response(sent, { payload: '2' }));
    expect(await result).toBe(1);
    expect(received).toHaveLength(1);
  });

  it.each(['init', 'destroy', 'register'])('leaves %s to the connection', async (name) => {
    const { session, sent } = registered('1.14.1');
    await expect(session.call(name, {}, {})).rejects.toMatchObject({ code: 'ORDER_REJECTED' });
    expect(() => session.notify(name, {})).toThrow('by its connection alone');
    expect(sent).toEqual([]);
  });

  it('rejects what is pending when it closes, and reports nothing of it', async () => {
    const { session, news } = registered('1.14.1');
    const before = news.length;
    session.initialise(settings);
    session.askToStop();
    const pending = Promise.allSettled([
      session.call('learnAction', {}, {}),
      session.ping(),
      session.configure(settings),
    ]);
    session.close(lost);
    session.close(new GreenroomError('CHANNEL_CLOSED', 'later'));
    expect(await pending).toEqual(Array.from({ length: 3 }, () => ({ status: 'rejected', reason: lost })));
    await expect(session.call('learnAction', {}, {})).rejects.toBe(lost);
    expect(news).toHaveLength(before);
  });

  it('aborts the app’s work when it closes, and answers no more', async () => {
    const seen: AbortSignal[] = [];
    const { session, received, sent } = open({
      answer: (_name, _payload, signal) =>
        new Promise((_, reject) => {
          seen.push(signal);
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    });
    session.onFrame({ direction: 'call', name: 'a', callbackId: 1 });
    session.onFrame({ direction: 'call', name: 'b', callbackId: 2 });
    session.deliver(received[0] as InboundMessage);
    session.close(lost);
    session.deliver(received[1] as InboundMessage);
    await new Promise(setImmediate);
    expect(seen.map((signal) => signal.reason as unknown)).toEqual([lost]);
    expect(sent).toEqual([]);
  });
});

interface Setup {
  readonly options?: CompanionProtocolOptions;
  readonly answer?: (name: string, payload: unknown, signal: AbortSignal) => Promise<unknown>;
  readonly sendError?: Error;
  readonly protocol?: Protocol;
  readonly saveConfig?: NonNullable<AppPort['saveConfig']>;
}

function open({
  options = {},
  answer,
  sendError,
  protocol = companionProtocol(options),
  saveConfig,
}: Setup = {}) {
  const news: ModuleNews[] = [];
  const sent: Json[] = [];
  const received: InboundMessage[] = [];
  const told: [string, unknown][] = [];
  const session = protocol.open({
    connectionId: 'lamp',
    incarnation: 1,
    token: 'secret',
    frameBytes: 2 ** 23,
    clock: systemClock,
    app: {
      notify: (name, payload) => void told.push([name, payload]),
      ...(saveConfig && { saveConfig }),
      call: async (name, payload, { signal }) => answer?.(name, payload, signal) ?? {},
    },
    send(message) {
      if (sendError) throw sendError;
      sent.push(message);
    },
    report: (item) => void news.push(item),
    receive: (message) => void received.push(message),
  });
  return { session, news, sent, received, told };
}

function registered(
  apiVersion: unknown,
  { callbackId = 1, ...setup }: Setup & { callbackId?: string | number } = {},
) {
  const opened = open(setup);
  opened.session.onFrame(register({ apiVersion, callbackId }));
  return opened;
}

function register({ apiVersion, callbackId }: { apiVersion: unknown; callbackId: string | number }) {
  const payload = JSON.stringify({ apiVersion, connectionId: 'lamp', verificationToken: 'secret' });
  return { direction: 'call', name: 'register', payload, callbackId };
}

/** The answer to the last call that was sent. */
function response(sent: readonly Json[], answer: object = {}) {
  return {
    direction: 'response',
    success: true,
    callbackId: (sent.at(-1) as { callbackId: number }).callbackId,
    ...answer,
  };
}

function initPayload(
  apiVersion: string,
  options: CompanionProtocolOptions,
  given: typeof settings | object,
): unknown {
  const { session, sent } = registered(apiVersion, { options });
  session.initialise({ ...settings, ...given });
  expect(sent).toMatchObject([{ direction: 'call', name: 'init', callbackId: expect.any(Number) }]);
  return payloadOf(sent);
}

/** What the last message carries. */
function payloadOf(sent: readonly Json[]): unknown {
  return JSON.parse((sent.at(-1) as { payload: string }).payload);
}

function deliverAll(session: ReturnType<typeof open>['session'], received: readonly InboundMessage[]): void {
  for (const message of received) session.deliver(message);
}
