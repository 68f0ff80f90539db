import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { nativeProtocol } from '../../src/native/index.ts';
import type { ModuleNews } from '../../src/process/protocol.ts';
import { openSession, register, token } from './session-kit.ts';

const bytes = (...all: number[]): Uint8Array => new Uint8Array(all);

function openAttaching(versions: number[]) {
  const sent: { frame: unknown; attachments: readonly Uint8Array[] | undefined }[] = [];
  const news: ModuleNews[] = [];
  let expects = 0;
  const session = nativeProtocol().open({
    connectionId: 'lamp-1',
    incarnation: 3,
    token,
    frameBytes: 2 ** 23,
    clock: systemClock,
    app: { call: () => Promise.resolve(null), notify: () => {} },
    send: (frame, _, attachments) => void sent.push({ frame, attachments }),
    expectAttachments: () => void (expects += 1),
    report: (item) => void news.push(item),
    receive: () => {},
  });
  session.onFrame(register({ versions }));
  session.acceptRegistration();
  return { session, sent, news, expects: () => expects };
}

test.each([
  [[1], 1],
  [[2], 2],
  [[2, 1], 2],
  [[3, 2, 1], 2],
  [[999, 2], 2],
])('of the versions %j the highest that both sides speak is chosen', (versions, version) => {
  const { session, sent } = openSession();
  session.onFrame(register({ versions }));
  session.acceptRegistration();
  expect(sent).toMatchObject([{ type: 'registered', version }]);
});

test('bytes are attached where the channel carries them, from version 2 on', async () => {
  const { session, sent, expects } = openAttaching([1, 2]);
  expect(expects()).toBe(1);
  session.notify('show', { image: bytes(1) });
  const answer = session.call('read', null, { timeout: 0 });
  session.onFrame({ type: 'result', id: 1, value: [null, 2], bytes: [['value', 0]] }, [bytes(7)]);
  await expect(answer).resolves.toEqual([bytes(7), 2]);
  expect(sent[1]).toEqual({
    frame: { type: 'notify', name: 'show', payload: { image: null }, bytes: [['payload', 'image']] },
    attachments: [bytes(1)],
  });
});

test('bytes are refused by a session in version 1, and none are expected', async () => {
  const { session, sent, expects } = openAttaching([1]);
  expect(expects()).toBe(0);
  expect(() => session.notify('show', bytes(1))).toThrow(
    expect.objectContaining({ code: 'FRAME_MALFORMED' }),
  );
  await expect(session.call('show', [bytes(1)], {})).rejects.toMatchObject({ code: 'FRAME_MALFORMED' });
  expect(sent).toHaveLength(1);
  const answer = session.call('read', null, { timeout: 0 });
  session.onFrame({ type: 'result', id: 2, value: 'AAEC', bytes: [['value']] });
  await expect(answer).resolves.toBe('AAEC');
});

test('a frame whose bytes belong nowhere is refused, and its call goes on waiting', async () => {
  const { session, news } = openAttaching([2]);
  const answer = session.call('read', null, { timeout: 0 });
  session.onFrame({ type: 'result', id: 1, value: {}, bytes: [['value', 'a']] }, [bytes(7)]);
  expect(news.at(-1)).toMatchObject({
    type: 'message.refused',
    fatal: false,
    detail: expect.stringContaining('each place in its `bytes`'),
  });
  session.onFrame({ type: 'result', id: 1, value: 'at last' });
  await expect(answer).resolves.toBe('at last');
});

test('what a refused frame carried is told by its length', () => {
  const { session, news } = openAttaching([2]);
  session.onFrame({ type: 'call', id: 1, name: '$no', payload: null, bytes: [['payload']] }, [
    new Uint8Array(5_000_000),
  ]);
  expect(news.at(-1)).toMatchObject({ detail: expect.stringContaining('"payload":"<5000000 bytes>"') });
});
