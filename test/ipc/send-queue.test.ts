import { describe, expect, test } from 'vitest';
import { defaultChannelLimits, type Overflow } from '../../src/ipc/channel.ts';
import { Parcel } from '../../src/ipc/parcel.ts';
import { SendQueue } from '../../src/ipc/send-queue.ts';

function queueOf(queueMessages: number, queueBytes = 1e6) {
  const queue = new SendQueue({ ...defaultChannelLimits, queueMessages, queueBytes });
  const add = (text: string, overflow: Overflow = 'reject'): void =>
    queue.add(new Parcel(text, text.length, false, overflow));
  return { queue, add };
}

describe('a message that does not fit', () => {
  test('is refused by default, by number and by length, and the queue stays as it is', () => {
    const [few, short] = [queueOf(2), queueOf(10, 5)];
    for (const { add } of [few, short]) add('abc');
    few.add('d');
    for (const { add } of [few, short])
      expect(() => add('efg')).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }));
    expect([few.queue.takeAll().join(''), short.queue.takeAll().join('')]).toEqual(['abcd', 'abc']);
  });

  test('takes the room of the oldest that may be dropped, and never of others', () => {
    const { queue, add } = queueOf(3);
    for (const text of ['1', '2']) add(text, 'dropOldest');
    add('needed');
    for (const text of ['3', '4', '5']) add(text, 'dropOldest');
    expect(queue.dropped).toBe(3);
    expect(queue.takeAll().join('')).toBe('needed45');
  });

  test('is refused when the room of all that may be dropped is too little, and then none of them is', () => {
    const { queue, add } = queueOf(10, 10);
    add('need');
    for (const text of ['1', '2', '3', '4']) add(text, 'dropOldest');
    expect(() => add('too long', 'dropOldest')).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }));
    expect(queue.dropped).toBe(0);
    add('shorty', 'dropOldest');
    expect([queue.dropped, queue.takeAll().join('')]).toEqual([4, 'needshorty']);
  });

  test('counts on the room of none that has left', () => {
    const { queue, add } = queueOf(10, 10);
    add('1234', 'dropOldest');
    const left = queue.takeBatch(1000);
    add('5', 'dropOldest');
    expect(() => add('too long', 'dropOldest')).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }));
    expect([left?.pieces, queue.dropped, queue.takeAll().join('')]).toEqual([['1234'], 0, '5']);
  });

  test('is refused when nothing may be dropped', () => {
    const { queue, add } = queueOf(1);
    add('needed');
    expect(() => add('news', 'dropOldest')).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }));
    expect([queue.dropped, queue.takeAll().join('')]).toEqual([0, 'needed']);
  });
});

describe('a message with a key', () => {
  test('takes the place of the one before, at the end of the queue', () => {
    const { queue, add } = queueOf(10);
    add('level=1;', { coalesce: 'level' });
    add('select=6;');
    add('level=2;', { coalesce: 'level' });
    add('other=1;', { coalesce: 'other' });
    expect(queue.coalesced).toBe(1);
    expect(queue.takeAll().join('')).toBe('select=6;level=2;other=1;');
  });

  test('leaves the one before in its place when it does not fit itself', () => {
    const { queue, add } = queueOf(10, 10);
    add('1234', { coalesce: 'level' });
    add('5678');
    expect(() => add('too long', { coalesce: 'level' })).toThrow(
      expect.objectContaining({ code: 'QUEUE_FULL' }),
    );
    expect([queue.coalesced, queue.takeAll().join('')]).toEqual([0, '12345678']);
  });

  test('does not look for one that was written', () => {
    const { queue, add } = queueOf(10);
    add('level=1;', { coalesce: 'level' });
    expect(queue.takeBatch(100)?.pieces.join('')).toBe('level=1;');
    add('level=2;', { coalesce: 'level' });
    expect([queue.coalesced, queue.takeAll().join('')]).toEqual([0, 'level=2;']);
  });

  test('may come a million times without filling memory or the queue', () => {
    const { queue, add } = queueOf(2);
    add('needed;');
    for (let number = 0; number < 1e6; number += 1) add(`${number};`, { coalesce: 'number' });
    expect([queue.outbox.queuedMessages, queue.coalesced]).toEqual([2, 999_999]);
    expect(queue.takeAll().join('')).toBe('needed;999999;');
  });
});

test('what is written at once is no longer than asked for, except for one message', () => {
  const { queue, add } = queueOf(10);
  for (const text of ['aa', 'bb', 'cccccc', 'd']) add(text);
  const batches = [5, 5, 5, 5].map((most) => queue.takeBatch(most)?.pieces.join(''));
  expect(batches).toEqual(['aabb', 'cccccc', 'd', undefined]);
});

test('who waits for what was sent until now need not wait for what is sent later', async () => {
  const { queue, add } = queueOf(10);
  add('first', 'dropOldest');
  add('second');
  const flushed = queue.outbox.flushed();
  add('third');
  const batch = queue.takeBatch(11);
  queue.outbox.take(batch?.bytes ?? 0, batch?.messages, batch?.upTo);
  await flushed;
  expect(queue.outbox.queuedMessages).toBe(1);
});

test('a message whose bytes have another length by then is told instead of taken, and waits no longer', () => {
  const { queue, add } = queueOf(10);
  const bytes = new Uint8Array(4);
  let told = 0;
  const onChanged = (): void => void (told += 1);
  queue.add(new Parcel('=4 1\n', 9, false, 'reject', { attachments: [bytes], onChanged }));
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  expect(queue.takeBatch(100)).toBeUndefined();
  expect([told, queue.waitingBytes, queue.isEmpty]).toEqual([1, 0, true]);
  add('next');
  expect(queue.takeBatch(100)).toMatchObject({ pieces: ['next'], bytes: 4, messages: 1 });
});
