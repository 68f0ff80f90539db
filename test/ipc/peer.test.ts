import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { GreenroomError } from '../../src/errors.ts';
import type { Channel, ChannelLimits } from '../../src/ipc/channel.ts';
import { linkedChannels } from '../../src/ipc/linked.ts';
import type { PeerOptions } from '../../src/ipc/peer-options.ts';
import { createPeer, type Peer, type Reception } from '../../src/ipc/peer.ts';
import { HandClock } from './hand-clock.ts';

interface Side {
  readonly peer: Peer;
  readonly channel: Channel;
  readonly received: { frame: unknown; reception: Reception }[];
}

function side(channel: Channel, clock: HandClock, options: Partial<PeerOptions>): Side {
  const received: Side['received'] = [];
  const peer = createPeer({
    send: (frame) => channel.send(frame),
    onCall: async (name, payload) => ({ name, payload }),
    onNotification: () => {},
    clock,
    callTimeout: 5000,
    ...options,
  });
  channel.start({
    onMessage: (frame) => received.push({ frame, reception: peer.receive(frame) }),
    onMalformed: () => {},
    onClose: () => peer.close(new GreenroomError('CONNECTION_LOST', 'lost')),
  });
  return { peer, channel, received };
}

/** Two peers over a linked pair: here calls, there answers. */
function conversation(there: Partial<PeerOptions> = {}, limits: Partial<ChannelLimits> = {}) {
  const clock = new HandClock();
  const [a, b] = linkedChannels(limits);
  return { clock, here: side(a, clock, {}), there: side(b, clock, there) };
}

/** A peer whose frames go nowhere but into a list. */
function alone(options: Partial<PeerOptions> = {}) {
  const sent: unknown[] = [];
  const peer = createPeer({
    send: (frame) => sent.push(frame),
    onCall: async () => undefined,
    onNotification: () => {},
    clock: new HandClock(),
    callTimeout: 5000,
    ...options,
  });
  return { peer, sent };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

describe('a call', () => {
  test('takes texts along beside its payload, and sends no field for none', async () => {
    const { here, there } = conversation({ onCall: async (_, payload, { meta }) => ({ payload, meta }) });
    const meta = { traceparent: '00-1-2-01' };
    expect(await here.peer.call('dim', 20, { meta })).toEqual({ payload: 20, meta });
    expect(await here.peer.call('dim', undefined, { meta: {} })).toEqual({ meta: {} });
    expect(there.received.map(({ frame }) => Object.keys(frame as object))).toEqual([
      ['type', 'id', 'name', 'payload', 'meta'],
      ['type', 'id', 'name'],
    ]);
  });

  test.each([
    [{ trace: 'a', number: 1, nested: {} }, { trace: 'a' }],
    [['a'], {}],
    ['text', {}],
    [null, {}],
  ])('with %j beside its payload is answered, and brings only the texts in it: %j', async (field, meta) => {
    const { peer, sent } = alone({ onCall: async (_, __, call) => call.meta });
    expect(peer.receive({ type: 'call', id: 1, name: 'dim', meta: field })).toBe('handled');
    await vi.waitFor(() => expect(sent).toEqual([{ type: 'result', id: 1, value: meta }]));
  });

  test('brings the payload there and the answer back', async () => {
    const { here } = conversation();
    expect(await here.peer.call('greet', { who: 'you' })).toEqual({ name: 'greet', payload: { who: 'you' } });
    expect(await here.peer.call('nothing')).toEqual({ name: 'nothing' });
  });

  test('can go in both directions at once with the same id', async () => {
    const { here, there } = conversation({ onCall: async (name) => `there: ${name}` });
    const answers = await Promise.all([here.peer.call('a'), there.peer.call('b')]);
    expect(answers).toEqual(['there: a', { name: 'b' }]);
  });

  test('is answered out of order without confusion', async () => {
    const resolvers = new Map<string, () => void>();
    const { here } = conversation({
      onCall: (name) => new Promise((resolve) => resolvers.set(name, () => resolve(name))),
    });
    const calls = ['a', 'b', 'c'].map((name) => here.peer.call(name));
    await vi.waitFor(() => expect(resolvers.size).toBe(3));
    for (const name of ['c', 'a', 'b']) resolvers.get(name)?.();
    expect(await Promise.all(calls)).toEqual(['a', 'b', 'c']);
  });

  test.each([
    ['rejects', () => Promise.reject(new TypeError('no such lamp'))],
    [
      'throws',
      () => {
        throw new TypeError('no such lamp');
      },
    ],
  ])('fails with both stacks when the handler %s', async (_, onCall) => {
    const { here } = conversation({ onCall });
    const whoAsked = async (): Promise<unknown> => await here.peer.call('switch');
    await expect(whoAsked()).rejects.toMatchObject({
      code: 'CALL_FAILED',
      message: 'Call "switch" failed on the other side: TypeError: no such lamp',
      stack: expect.stringContaining('whoAsked'),
      data: { remoteStack: expect.stringContaining('peer.test') },
      cause: { name: 'TypeError' },
    });
  });

  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a big number', 1n],
    ['a circle', circle],
  ])('fails when the handler answers with %s', async (_, value) => {
    const { here } = conversation({ onCall: async () => value });
    await expect(here.peer.call('odd')).rejects.toMatchObject({
      code: 'CALL_FAILED',
      data: { remoteCode: 'FRAME_MALFORMED' },
    });
  });

  test('fails when the answer is larger than a frame', async () => {
    const { here } = conversation({ onCall: async () => 'x'.repeat(20_000) }, { frameBytes: 10_000 });
    await expect(here.peer.call('much')).rejects.toMatchObject({ data: { remoteCode: 'FRAME_TOO_LARGE' } });
  });

  test('that cannot be sent rejects with the reason, and nothing waits', async () => {
    const { here } = conversation({}, { frameBytes: 1000 });
    await expect(here.peer.call('x', 'y'.repeat(2000))).rejects.toMatchObject({ code: 'FRAME_TOO_LARGE' });
    await expect(here.peer.call('x', { big: 1n })).rejects.toMatchObject({ code: 'FRAME_MALFORMED' });
    expect(here.peer.pending).toBe(0);
  });

  test('is cancelled on both sides, and gets no answer', async () => {
    const signals: AbortSignal[] = [];
    const { here, there } = conversation({
      onCall: (_, __, { signal }) => {
        signals.push(signal);
        return untilAborted(signal);
      },
    });
    const controller = new AbortController();
    const call = here.peer.call('long', undefined, { signal: controller.signal });
    await vi.waitFor(() => expect(there.peer.answering).toBe(1));
    controller.abort('enough');
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED', cause: 'enough' });
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
    expect(there.peer.answering).toBe(0);
    expect(
      await here.peer.call('long', undefined, { signal: AbortSignal.timeout(0) }).catch(() => 'again'),
    ).toBe('again');
    expect(here.received).toEqual([]);
  });

  test('tells the other side when its deadline has come', async () => {
    const { clock, here, there } = conversation({ onCall: (_, __, { signal }) => untilAborted(signal) });
    const call = here.peer.call('long', undefined, { timeout: 100 });
    await vi.waitFor(() => expect(there.peer.answering).toBe(1));
    clock.turn(100);
    await expect(call).rejects.toMatchObject({ code: 'CALL_TIMED_OUT' });
    await vi.waitFor(() => expect(there.peer.answering).toBe(0));
  });

  test('without a timeout of its own has that of the peer', async () => {
    const { clock, here } = conversation({ onCall: () => new Promise(() => {}) });
    const call = here.peer.call('long');
    clock.turn(4999);
    expect(here.peer.pending).toBe(1);
    clock.turn(1);
    await expect(call).rejects.toMatchObject({ code: 'CALL_TIMED_OUT' });
  });
});

describe('a frame that will never be written', () => {
  const changed = new GreenroomError('FRAME_MALFORMED', 'changed');

  test('rejects the call that it was, or does nothing if nobody waits for that any more', async () => {
    const { peer, sent } = alone();
    const call = peer.call('out');
    expect(peer.unsent(sent[0], changed)).toBe(true);
    await expect(call).rejects.toBe(changed);
    expect(peer.unsent(sent[0], changed)).toBe(true);
    expect(sent).toHaveLength(1);
  });

  test('is answered with its error if it was an answer, and is nobody’s otherwise', () => {
    const { peer, sent } = alone();
    expect(peer.unsent({ type: 'result', id: 7, value: null }, changed)).toBe(true);
    expect(sent).toMatchObject([{ type: 'error', id: 7, error: { code: 'FRAME_MALFORMED' } }]);
    expect(peer.unsent({ type: 'notify', name: 'told' }, changed)).toBe(false);
    expect(peer.unsent('no frame', changed)).toBe(false);
    expect(sent).toHaveLength(1);
  });
});

describe('a notification', () => {
  test('arrives with its payload, in order', async () => {
    const heard: unknown[] = [];
    const { here } = conversation({ onNotification: (name, payload) => heard.push([name, payload]) });
    here.peer.notify('first', [1]);
    here.peer.notify('second');
    await vi.waitFor(() =>
      expect(heard).toEqual([
        ['first', [1]],
        ['second', undefined],
      ]),
    );
  });
});

describe('the end', () => {
  test('rejects what waits, aborts what runs, and refuses what comes later', async () => {
    const reasons: unknown[] = [];
    const { peer, sent } = alone({
      onCall: (_, __, { signal }) => untilAborted(signal).catch((reason: unknown) => reasons.push(reason)),
    });
    const lost = new GreenroomError('CONNECTION_LOST', 'lost');
    const call = peer.call('out');
    peer.receive({ type: 'call', id: 1, name: 'in' });
    const sentBefore = sent.length;
    peer.close(lost);
    peer.close(new GreenroomError('CHANNEL_CLOSED', 'another'));
    expect([peer.pending, peer.answering]).toEqual([0, 0]);
    await expect(call).rejects.toBe(lost);
    await expect(peer.call('later')).rejects.toBe(lost);
    expect(() => peer.notify('later')).toThrow(lost);
    expect(peer.receive({ type: 'call', id: 2, name: 'later' })).toBe('unexpected');
    await vi.waitFor(() => expect(reasons).toEqual([lost]));
    expect(sent).toHaveLength(sentBefore);
  });

  test('comes with the channel: calls in flight are lost', async () => {
    const { here, there } = conversation({ onCall: () => new Promise(() => {}) });
    const call = here.peer.call('long');
    there.channel.close();
    await expect(call).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});

describe('an answer that cannot be sent', () => {
  const full = new GreenroomError('QUEUE_FULL', 'full');

  test('is reported, as nobody else would know', async () => {
    const lost: unknown[] = [];
    const { peer } = alone({
      send: () => {
        throw full;
      },
      onAnswerLost: (name, error) => lost.push([name, error]),
    });
    peer.receive({ type: 'call', id: 1, name: 'ask' });
    await vi.waitFor(() => expect(lost).toEqual([['ask', full]]));
  });

  test('is no news when the channel is closed', async () => {
    const onAnswerLost = vi.fn();
    const send = vi.fn(() => {
      throw new GreenroomError('CHANNEL_CLOSED', 'closed');
    });
    const { peer } = alone({ send, onAnswerLost });
    peer.receive({ type: 'call', id: 1, name: 'ask' });
    await vi.waitFor(() => expect(send).toHaveBeenCalled());
    expect(onAnswerLost).not.toHaveBeenCalled();
  });
});

describe('a frame', () => {
  test.each<[unknown, Reception]>([
    [undefined, 'malformed'],
    [null, 'malformed'],
    ['text', 'malformed'],
    [[], 'malformed'],
    [{}, 'malformed'],
    [{ type: 'constructor' }, 'malformed'],
    [{ type: ['call'], id: 1, name: 'x' }, 'malformed'],
    [{ type: 'call', name: 'x' }, 'malformed'],
    [{ type: 'call', id: '1', name: 'x' }, 'malformed'],
    [{ type: 'call', id: 0, name: 'x' }, 'malformed'],
    [{ type: 'call', id: 1.5, name: 'x' }, 'malformed'],
    [{ type: 'call', id: 1 }, 'malformed'],
    [{ type: 'call', id: 1, name: '' }, 'malformed'],
    [{ type: 'call', id: 1, name: 'x' }, 'handled'],
    [{ type: 'notify' }, 'malformed'],
    [{ type: 'notify', name: 'x' }, 'handled'],
    [{ type: 'cancel' }, 'malformed'],
    [{ type: 'cancel', id: 77 }, 'handled'],
    [{ type: 'result' }, 'malformed'],
    [{ type: 'result', id: 77, value: 1 }, 'unexpected'],
    [{ type: 'error', id: 77, error: { message: 'no' } }, 'unexpected'],
    [JSON.parse('{"__proto__":{"type":"notify","name":"x"}}'), 'malformed'],
    [Object.create({ type: 'notify', name: 'x' }), 'malformed'],
  ])('like %j is %s', (frame, reception) => {
    expect(alone().peer.receive(frame)).toBe(reception);
  });

  test('answers a call once', async () => {
    const { peer } = alone();
    const call = peer.call('ask');
    expect(peer.receive({ type: 'result', id: 1, value: 'first' })).toBe('handled');
    expect(peer.receive({ type: 'result', id: 1, value: 'second' })).toBe('unexpected');
    expect(await call).toBe('first');
  });

  test('with an error that cannot be read still ends the call', async () => {
    const { peer } = alone();
    const call = peer.call('ask');
    expect(peer.receive({ type: 'error', id: 1, error: 'just text' })).toBe('malformed');
    await expect(call).rejects.toMatchObject({ code: 'CALL_FAILED' });
  });

  test('with the id of a call that is being answered is refused', () => {
    const onCall = vi.fn(() => new Promise(() => {}));
    const { peer } = alone({ onCall });
    expect(peer.receive({ type: 'call', id: 5, name: 'a' })).toBe('handled');
    expect(peer.receive({ type: 'call', id: 5, name: 'b' })).toBe('malformed');
    expect(onCall).toHaveBeenCalledTimes(1);
  });

  test('is refused while 1000 are worked on, cancelled ones whose handlers go on among them', async () => {
    const resolvers: (() => void)[] = [];
    const onCall = (): Promise<void> => new Promise((resolve) => resolvers.push(resolve));
    const { peer, sent } = alone({ onCall });
    for (let id = 1; id <= 1000; id += 1) {
      peer.receive({ type: 'call', id, name: 'a' });
      peer.receive({ type: 'cancel', id });
    }
    expect(peer.receive({ type: 'call', id: 1001, name: 'a' })).toBe('handled');
    expect(sent).toMatchObject([{ type: 'error', id: 1001, error: { code: 'QUEUE_FULL' } }]);
    resolvers[0]?.();
    await nextTurn();
    peer.receive({ type: 'call', id: 1002, name: 'a' });
    peer.receive({ type: 'call', id: 1003, name: 'a' });
    expect(resolvers).toHaveLength(1001);
    expect(sent).toMatchObject([{ id: 1001 }, { type: 'error', id: 1003, error: { code: 'QUEUE_FULL' } }]);
  });

  test('may reuse the id of a cancelled call, whose own answer is dropped', async () => {
    const resolvers: ((value: unknown) => void)[] = [];
    const { peer, sent } = alone({ onCall: () => new Promise((resolve) => resolvers.push(resolve)) });
    peer.receive({ type: 'call', id: 5, name: 'a' });
    peer.receive({ type: 'cancel', id: 5 });
    peer.receive({ type: 'call', id: 5, name: 'b' });
    resolvers[0]?.('of the cancelled one');
    resolvers[1]?.('of the new one');
    await vi.waitFor(() => expect(sent).toEqual([{ type: 'result', id: 5, value: 'of the new one' }]));
  });

  test('with keys of Object’s prototype in its payload is passed on and changes nothing', async () => {
    const payload: unknown = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    const { here } = conversation({ onCall: async (_, given) => JSON.stringify(given) });
    expect(await here.peer.call('x', payload)).toBe(JSON.stringify(payload));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
