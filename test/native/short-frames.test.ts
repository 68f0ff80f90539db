import { array, assert, jsonValue, nat, oneof, property, tuple } from 'fast-check';
import { expect, test, vi } from 'vitest';
import { initId } from '../../src/native/reception.ts';
import { openBatching, openSession, register, settings } from './session-kit.ts';

test('calls, notifications, answers and cancels are lists from version 3 on', async () => {
  const { session, sent, received } = openBatching();
  const caller = new AbortController();
  const answers = [session.call('read', { a: 1 }, {}), session.call('look', undefined, {})];
  const given = session.call('slow', null, { signal: caller.signal });
  session.notify('show', 'x');
  session.notify('hide', undefined);
  caller.abort();
  session.onFrame([1, 1, 'one']);
  session.onFrame([2, 2, { message: 'no', code: 'X' }]);
  await expect(answers[0]).resolves.toBe('one');
  await expect(answers[1]).rejects.toMatchObject({ code: 'CALL_FAILED', data: { remoteCode: 'X' } });
  await expect(given).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  session.onFrame([0, 7, 'ask', [5]]);
  session.deliver(received[0]!);
  await vi.waitFor(() => expect(sent.at(-1)).toEqual([1, 7, null]));
  expect(sent.slice(0, -1)).toEqual([
    [0, 1, 'read', { a: 1 }],
    [0, 2, 'look'],
    [0, 3, 'slow', null],
    [4, 'show', 'x'],
    [4, 'hide'],
    { type: 'cancel', id: 3 },
  ]);
});

test('what has bytes or a meta is written in full', () => {
  const { session, sent } = openBatching();
  session.call('trace', 1, { meta: { traceparent: '00' } }).catch(() => {});
  session.notify('show', { image: new Uint8Array([1]) });
  expect(sent).toEqual([
    { type: 'call', id: 1, name: 'trace', payload: 1, meta: { traceparent: '00' } },
    { type: 'notify', name: 'show', payload: { image: null }, bytes: [['payload', 'image']] },
  ]);
});

test('lists are read like frames in full', () => {
  const { session, news, received, notified } = openBatching();
  session.initialise(settings);
  session.onFrame([1, initId]);
  session.onFrame([4, '$unregister']);
  session.onFrame([4, 'told', { a: 1 }]);
  session.onFrame([1, 99]);
  session.onFrame({ type: 'notify', name: 'told', payload: 2 });
  for (const message of received) if (message.kind !== 'response') session.deliver(message);
  expect(news.map(({ type }) => type)).toEqual(['module.initialised', 'module.unregistered']);
  expect(notified).toEqual([
    ['told', { a: 1 }],
    ['told', 2],
  ]);
  expect(received.map(({ kind }) => kind)).toEqual(['notification', 'response', 'notification']);
});

test('a call that is cancelled in short before it was let through is never begun', async () => {
  const { session, sent, received } = openBatching();
  session.onFrame([0, 7, 'ask']);
  session.onFrame([3, 7]);
  session.deliver(received[0]!);
  await Promise.resolve();
  expect(sent).toEqual([]);
});

test('version 3 is chosen only where the channel carries batches', () => {
  const session = (carriesAll: boolean) => openSession({ carriesAll });
  for (const [kit, version] of [
    [session(true), 3],
    [session(false), 2],
  ] as const) {
    kit.session.onFrame(register({ versions: [1, 2, 3] }));
    kit.session.acceptRegistration();
    expect(kit.sent).toMatchObject([{ type: 'registered', version }]);
  }
});

test('a list is refused before version 3', () => {
  const { session, news } = openBatching([1, 2]);
  session.onFrame([4, 'told', 1]);
  expect(news).toMatchObject([{ type: 'message.refused', fatal: false }]);
});

test('whatever a list holds, it is acted upon or refused, and nothing is thrown', () => {
  const list = oneof(tuple(nat(6), oneof(nat(9), jsonValue()), jsonValue(), jsonValue()), array(jsonValue()));
  assert(
    property(array(list), (frames) => {
      const { session, news, received } = openBatching();
      session.call('read', null, { timeout: 0 }).catch(() => {});
      for (const frame of frames) session.onFrame(frame);
      for (const message of received) if (message.kind !== 'response') session.deliver(message);
      expect(news.every((item) => item.type !== 'message.refused' || !item.fatal)).toBe(true);
    }),
  );
});
