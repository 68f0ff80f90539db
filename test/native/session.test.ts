import { describe, expect, test, vi } from 'vitest';
import { GreenroomError } from '../../src/errors.ts';
import type { InboundMessage } from '../../src/process/protocol.ts';
import { initId, waitingPingId } from '../../src/native/reception.ts';
import { openRegistered, openSession, register, settings, token } from './session-kit.ts';

const lost = new GreenroomError('CONNECTION_LOST', 'lamp-1 was lost');

describe('registration', () => {
  test('the right token and a known version are reported as such', () => {
    const { session, news, sent } = openSession();
    session.onFrame(register());
    expect(news).toMatchObject([{ type: 'module.registered', tokenValid: true, versionSupported: true }]);
    expect(sent).toEqual([]);
  });

  test.each([
    ['another token', { token: 'cd'.repeat(32) }],
    ['a shorter token', { token: token.slice(1) }],
    ['no token', { token: undefined }],
    ['a token that is no text', { token: { toString: token } }],
  ])('%s is reported as invalid', (_, change) => {
    const { session, news } = openSession();
    session.onFrame(register(change));
    expect(news).toMatchObject([{ type: 'module.registered', tokenValid: false, versionSupported: true }]);
  });

  test.each([
    ['a later version', [999]],
    ['a text', '1'],
    ['nothing', undefined],
  ])('%s among the versions is reported as unsupported', (_, versions) => {
    const { session, news } = openSession();
    session.onFrame(register({ versions }));
    expect(news).toMatchObject([
      { tokenValid: true, versionSupported: false, detail: expect.stringContaining('this host supports 1') },
    ]);
  });

  test('the detail names the module and never the token', () => {
    const { session, news } = openSession();
    session.onFrame(register({ token: 'guess' }));
    expect(news).toMatchObject([{ detail: expect.stringMatching(/lamp 1\.0\.0.*token/) }]);
    expect(JSON.stringify(news)).not.toContain('guess');
    expect(JSON.stringify(news)).not.toContain(token);
  });

  test('a second register is reported again and sends nothing', () => {
    const { session, news, sent } = openRegistered();
    session.onFrame(register());
    expect(news).toMatchObject([{ type: 'module.registered' }]);
    expect(sent).toEqual([]);
  });

  test('one that is to wait is answered with nobody it would serve, pinged, and waits once it has answered that', () => {
    const { session, sent, news, received } = openSession({
      connectionId: '',
      incarnation: 0,
      carriesAll: true,
    });
    session.onFrame(register({ versions: [1, 2, 3, 4] }));
    const onWaits = vi.fn();
    session.acceptWaiting!(onWaits);
    expect(sent).toEqual([
      {
        type: 'registered',
        version: 4,
        connection: '',
        incarnation: 0,
        limits: { frameBytes: 8 * 1024 * 1024 },
      },
      { type: 'call', id: waitingPingId, name: '$ping' },
    ]);
    session.onFrame([4, 'said meanwhile']);
    expect(onWaits).not.toHaveBeenCalled();
    const answer = [1, waitingPingId];
    session.onFrame(answer);
    expect(onWaits.mock.calls).toEqual([[true, answer]]);
    expect(onWaits.mock.calls[0]![1]).toBe(answer);
    expect(received).toMatchObject([{ kind: 'notification' }]);
    session.onFrame(answer);
    expect(onWaits).toHaveBeenCalledOnce();
    expect(received).toMatchObject([{ kind: 'notification' }, { kind: 'response' }]);
    expect(news).toHaveLength(1);
  });

  test.each([[[1, 2, 3]], [[999]]])('one that speaks versions %j waits for its answer', (versions) => {
    const { session, sent } = openSession({ incarnation: 0, carriesAll: true });
    session.onFrame(register({ versions }));
    const onWaits = vi.fn();
    session.acceptWaiting!(onWaits);
    expect(onWaits.mock.calls).toEqual([[false]]);
    expect(sent).toEqual([]);
  });

  test('one that was answered while it waited is understood from its registration on, and learns from $init whom it serves', () => {
    const { session, sent, received } = openSession({ carriesAll: true, isAccepted: true });
    session.onFrame(register({ versions: [1, 2, 3, 4] }));
    session.onFrame([4, 'said meanwhile', 1]);
    expect(received).toMatchObject([{ kind: 'notification', name: 'said meanwhile' }]);
    session.initialise(settings);
    expect(sent).toEqual([]);
    session.acceptRegistration();
    expect(sent).toEqual([]);
    session.initialise(settings);
    const payload = { ...settings, connection: 'lamp-1', incarnation: 3 };
    expect(sent).toEqual([{ type: 'call', id: initId, name: '$init', payload }]);
  });

  test('the answer is the first thing that is sent and says who the module is', () => {
    const { session, sent } = openSession();
    session.onFrame(register());
    session.acceptRegistration();
    session.acceptRegistration();
    expect(sent).toEqual([
      {
        type: 'registered',
        version: 1,
        connection: 'lamp-1',
        incarnation: 3,
        limits: { frameBytes: 8 * 1024 * 1024 },
      },
    ]);
  });

  test.each([
    [{ versions: [7] }, 'VERSION_UNSUPPORTED'],
    [{ token: 'guess' }, 'TOKEN_INVALID'],
    [{}, 'REFUSED'],
  ])('a refusal of %j carries the code %s', (change, code) => {
    const { session, sent } = openSession();
    session.onFrame(register(change));
    session.refuseRegistration('because');
    expect(sent).toEqual([{ type: 'refused', code, message: 'because' }]);
  });

  test('before it is accepted nothing but the answer can be sent', async () => {
    const { session, sent, news } = openSession();
    session.onFrame(register());
    await expect(session.call('read', null, {})).rejects.toMatchObject({ code: 'CONNECTION_NOT_READY' });
    await expect(session.ping()).rejects.toMatchObject({ code: 'CONNECTION_NOT_READY' });
    await expect(session.configure(settings)).rejects.toMatchObject({ code: 'CONNECTION_NOT_READY' });
    expect(() => session.notify('tick', null)).toThrow(/not accepted/);
    session.initialise(settings);
    session.askToStop();
    session.onFrame({ type: 'call', id: 1, name: '$reserved' });
    expect(sent).toEqual([]);
    expect(news).toMatchObject([{}, { type: 'module.initFailed' }, { type: 'message.refused' }]);
  });
});

describe('initialisation', () => {
  test('the config is sent and its answer reported before what comes after it', () => {
    const { session, sent, news, received } = openRegistered();
    session.initialise(settings);
    expect(sent).toMatchObject([{ type: 'call', name: '$init', payload: settings }]);
    session.onFrame({ type: 'result', id: sent[0]?.['id'] });
    expect(news).toEqual([{ type: 'module.initialised' }]);
    session.onFrame({ type: 'notify', name: 'tick' });
    expect(received).toHaveLength(1);
  });

  test('a second answer to it is a response nobody waits for', () => {
    const { session, sent, news, received } = openRegistered();
    session.initialise(settings);
    const answer = { type: 'result', id: sent[0]?.['id'] };
    session.onFrame(answer);
    session.onFrame(answer);
    expect(news).toHaveLength(1);
    expect(received).toMatchObject([{ kind: 'response', early: false }]);
  });

  test.each([
    [
      { message: 'no device', code: 'MISCONFIGURED' },
      { message: 'no device', misconfigured: true },
    ],
    [
      { message: 'boom', name: 'Error', stack: 'at x' },
      { message: 'boom', misconfigured: false },
    ],
    [{ message: 42 }, { message: 'The module gave no reason.', misconfigured: false }],
    [null, { message: 'The module gave no reason.', misconfigured: false }],
  ])('the error %j is reported as %j', (error, expected) => {
    const { session, sent, news } = openRegistered();
    session.initialise(settings);
    session.onFrame({ type: 'error', id: sent[0]?.['id'], error });
    expect(news).toEqual([{ type: 'module.initFailed', ...expected }]);
  });

  test('a config that can’t be sent is reported as a failed initialisation', () => {
    const { session, news } = openSession({
      send(frame) {
        if ((frame as { name?: string }).name === '$init')
          throw new GreenroomError('FRAME_TOO_LARGE', 'the frame is too large');
      },
    });
    session.onFrame(register());
    session.acceptRegistration();
    session.initialise(settings);
    expect(news.at(-1)).toEqual({
      type: 'module.initFailed',
      message: 'the frame is too large',
      misconfigured: false,
    });
  });
});

describe('reserved notifications', () => {
  test('an extension and an unregistration are news', () => {
    const { session, news, received } = openRegistered();
    session.onFrame({ type: 'notify', name: '$extend', payload: { milliseconds: 1500 } });
    session.onFrame({ type: 'notify', name: '$unregister' });
    expect(news).toEqual([{ type: 'module.extended', by: 1500 }, { type: 'module.unregistered' }]);
    expect(received).toEqual([]);
  });

  test('a log line may come early, a status may not; both reach the app under their names', () => {
    const { session, received, notified } = openSession();
    const log = { level: 'info', message: 'booting' };
    const status = { level: 'ok', message: 'fine' };
    session.onFrame({ type: 'notify', name: '$log', payload: log });
    session.onFrame({ type: 'notify', name: '$status', payload: status });
    expect(received).toMatchObject([
      { kind: 'notification', name: '$log', early: true },
      { kind: 'notification', name: '$status', early: false },
    ]);
    for (const message of received) session.deliver(message);
    expect(notified).toEqual([
      ['$log', log],
      ['$status', status],
    ]);
  });

  test.each([
    ['$extend', { milliseconds: -1 }],
    ['$extend', { milliseconds: '5' }],
    ['$extend', null],
    ['$log', { level: 'shout', message: 'x' }],
    ['$log', { level: 'info' }],
    ['$status', { level: 'debug', message: 'x' }],
    ['$status', 'ok'],
    ['$reboot', {}],
  ])('%s with %j is refused with a reason', (name, payload) => {
    const { session, news, received } = openRegistered();
    session.onFrame({ type: 'notify', name, payload });
    expect(received).toEqual([]);
    expect(news).toMatchObject([
      { type: 'message.refused', fatal: false, detail: expect.stringContaining(name) },
    ]);
  });
});

describe('malformed frames', () => {
  test.each([
    [null],
    ['register'],
    [[{ type: 'register' }]],
    [{}],
    [{ type: '__proto__' }],
    [{ type: 'call', name: 'x' }],
    [{ type: 'call', id: 0, name: 'x' }],
    [{ type: 'call', id: 1, name: '' }],
    [{ type: 'call', id: 1, name: { a: 1 } }],
    [{ type: 'notify' }],
    [{ type: 'result' }],
    [{ type: 'cancel', id: '1' }],
    [{ type: 'registered' }],
  ])('%j is refused, and the reason says who sent what', (frame) => {
    const { session, news, received } = openRegistered();
    session.onFrame(frame);
    expect(received).toEqual([]);
    expect(news).toMatchObject([{ type: 'message.refused', fatal: false }]);
    expect(news[0]).toMatchObject({ detail: expect.stringMatching(/lamp-1, incarnation 3/) });
    expect(news[0]).toMatchObject({ detail: expect.stringContaining(JSON.stringify(frame)) });
  });

  test('the excerpt of a long frame is cut', () => {
    const { session, news } = openRegistered();
    session.onFrame({ type: 'x'.repeat(100_000) });
    expect((news[0] as { detail: string }).detail.length).toBeLessThan(500);
  });
});

describe('messages of the app', () => {
  test('a call of the module waits until it is delivered, then is answered', async () => {
    const call = vi.fn(async (_name: string, payload: unknown) => ({ got: payload }));
    const { session, received, sent } = openRegistered(call);
    session.onFrame({ type: 'call', id: 7, name: 'lookup', payload: [1] });
    expect(call).not.toHaveBeenCalled();
    expect(received).toMatchObject([{ kind: 'call', name: 'lookup', early: false }]);
    session.deliver(received[0] as InboundMessage);
    await vi.waitFor(() => expect(sent).toEqual([{ type: 'result', id: 7, value: { got: [1] } }]));
  });

  test('a rejection of the app is answered with an error', async () => {
    const { session, received, sent } = openRegistered(() => Promise.reject(new RangeError('too high')));
    session.onFrame({ type: 'call', id: 7, name: 'lookup' });
    session.deliver(received[0] as InboundMessage);
    await vi.waitFor(() =>
      expect(sent).toMatchObject([
        { type: 'error', id: 7, error: { name: 'RangeError', message: 'too high' } },
      ]),
    );
  });

  test('a call that was cancelled before it was delivered is never begun', () => {
    const call = vi.fn(() => Promise.resolve(1));
    const { session, received, sent } = openRegistered(call);
    session.onFrame({ type: 'call', id: 7, name: 'lookup' });
    session.onFrame({ type: 'cancel', id: 7 });
    session.deliver(received[0] as InboundMessage);
    expect(call).not.toHaveBeenCalled();
    expect(sent).toEqual([]);
  });

  test('a call is cancelled while the app works on it, and when the session closes', () => {
    const signals: AbortSignal[] = [];
    const { session, received } = openRegistered((_name, _payload, { signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    for (const id of [7, 8]) session.onFrame({ type: 'call', id, name: 'lookup' });
    for (const message of received) session.deliver(message);
    session.onFrame({ type: 'cancel', id: 7 });
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    session.close(lost);
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
  });

  test('a cancel for a call nobody knows is no fault', () => {
    const { session, news, received } = openRegistered();
    session.onFrame({ type: 'cancel', id: 99 });
    expect([...news, ...received]).toEqual([]);
  });

  test('an id that is still being answered can’t be used again', () => {
    const { session, received, news } = openRegistered(() => new Promise(() => {}));
    const frame = { type: 'call', id: 7, name: 'lookup' };
    session.onFrame(frame);
    session.onFrame(frame);
    for (const message of received) session.deliver(message);
    expect(news).toMatchObject([{ type: 'message.refused', detail: expect.stringContaining('same `id`') }]);
  });

  test('a reserved call is refused and answered with an error', () => {
    const { session, news, received, sent } = openRegistered();
    session.onFrame({ type: 'call', id: 7, name: '$secrets' });
    expect(received).toEqual([]);
    expect(news).toMatchObject([{ type: 'message.refused' }]);
    expect(sent).toMatchObject([{ type: 'error', id: 7, error: { code: 'HANDLER_MISSING' } }]);
  });

  test('an answer that can’t be sent is reported', async () => {
    const { session, received, news } = openSession({
      call: () => Promise.resolve('big'),
      send(frame) {
        if (/result|error/.test((frame as { type: string }).type))
          throw new GreenroomError('QUEUE_FULL', 'the queue is full');
      },
    });
    session.onFrame(register());
    session.acceptRegistration();
    session.onFrame({ type: 'call', id: 7, name: 'lookup' });
    session.deliver(received[0] as InboundMessage);
    await vi.waitFor(() =>
      expect(news.at(-1)).toMatchObject({
        type: 'message.refused',
        detail: expect.stringContaining('the queue is full'),
      }),
    );
  });

  test('an answer nobody waits for goes on as a response, and delivering it does nothing', () => {
    const { session, received, notified } = openRegistered();
    session.onFrame({ type: 'result', id: 5, value: 1 });
    expect(received).toMatchObject([{ kind: 'response', name: 'result 5', early: false }]);
    session.deliver(received[0] as InboundMessage);
    expect(notified).toEqual([]);
  });
});

describe('orders to the module', () => {
  test('a call is answered once', async () => {
    const { session, sent, received } = openRegistered();
    const answer = session.call('read', { unit: 'C' }, {});
    expect(sent).toEqual([{ type: 'call', id: 1, name: 'read', payload: { unit: 'C' } }]);
    session.onFrame({ type: 'result', id: 1, value: 21 });
    await expect(answer).resolves.toBe(21);
    session.onFrame({ type: 'result', id: 1, value: 22 });
    expect(received).toMatchObject([{ kind: 'response' }]);
  });

  test('a ping is answered by a result and by an error alike', async () => {
    const { session } = openRegistered();
    const pings = [session.ping(), session.ping()];
    session.onFrame({ type: 'result', id: 1 });
    session.onFrame({ type: 'error', id: 2, error: { message: 'unknown' } });
    await expect(Promise.all(pings)).resolves.toBeDefined();
  });

  test('a refused config change rejects with the module’s reason', async () => {
    const { session, sent } = openRegistered();
    const change = session.configure(settings);
    expect(sent).toEqual([
      {
        type: 'call',
        id: 1,
        name: '$configure',
        payload: { config: settings.config, secrets: settings.secrets, label: settings.label },
      },
    ]);
    session.onFrame({ type: 'error', id: 1, error: { message: 'not while playing' } });
    await expect(change).rejects.toThrow(/not while playing/);
  });

  test('a stop that fails in the module is reported', async () => {
    const { session, sent, news } = openRegistered();
    session.askToStop();
    expect(sent).toEqual([{ type: 'call', id: 1, name: '$stop' }]);
    session.onFrame({ type: 'error', id: 1, error: { message: 'device busy' } });
    await vi.waitFor(() =>
      expect(news).toMatchObject([
        { type: 'message.refused', detail: expect.stringContaining('device busy') },
      ]),
    );
  });

  test('names of the protocol can’t be used by the app', async () => {
    const { session, sent } = openRegistered();
    await expect(session.call('$stop', null, {})).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    expect(() => session.notify('$init', null)).toThrow(/belongs to the protocol/);
    expect(sent).toEqual([]);
  });

  test('closing rejects what is pending and what comes later with the same error, and reports nothing', async () => {
    const { session, news } = openRegistered();
    const pending = [session.call('read', null, {}), session.ping(), session.configure(settings)];
    session.askToStop();
    session.close(lost);
    session.close(new GreenroomError('CONNECTION_LOST', 'again'));
    for (const promise of [...pending, session.call('read', null, {}), session.ping()])
      await expect(promise).rejects.toBe(lost);
    expect(() => session.notify('tick', null)).toThrow(lost);
    session.acceptRegistration();
    expect(news).toEqual([]);
  });
});
