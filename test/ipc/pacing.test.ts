import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { linesChannel } from '../../src/ipc/lines.ts';
import { socketPair } from './pairs.ts';
import { Recorder, until } from './recorder.ts';

const lines = (count: number): string => Array.from({ length: count }, (_, number) => `${number}\n`).join('');

async function reading(limits: Parameters<typeof linesChannel>[1]) {
  const [near, far] = await socketPair();
  const recorder = new Recorder();
  const channel = linesChannel(near, limits);
  channel.start(recorder);
  return { channel, recorder, far };
}

test('what one turn has no room for comes in the next ones, in order', async () => {
  const { channel, recorder, far } = await reading({ turnMicroseconds: 1 });
  far.write(lines(2000));
  const perTurn: number[] = [];
  while (recorder.messages.length < 2000) {
    const before = recorder.messages.length;
    await nextTurn();
    perTurn.push(recorder.messages.length - before);
  }
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(24);
  expect(recorder.messages).toEqual(Array.from({ length: 2000 }, (_, number) => number));
  expect(channel.traffic).toMatchObject({ received: 2000, pauses: expect.any(Number) });
  channel.close();
  far.destroy();
});

test('what a second has no room for waits in the pipe, and comes when there is a hurry', async () => {
  const { channel, recorder, far } = await reading({ messagesPerSecond: 10 });
  far.write(`"${'x'.repeat(200_000)}"\n`.repeat(100));
  await until(() => recorder.messages.length === 10);
  for (let turn = 0; turn < 50; turn += 1) await nextTurn();
  expect(recorder.messages.length).toBe(10);
  // The other side feels it: its writes don't get through.
  expect(far.writableLength).toBeGreaterThan(0);
  channel.hurry();
  await until(() => recorder.messages.length === 100);
  channel.close();
  far.destroy();
});

test('what waits when the other side closes is delivered before the close', async () => {
  const { recorder, far } = await reading({ turnMicroseconds: 1 });
  far.end(`${lines(3000)}"half`);
  await until(() => recorder.closes > 0);
  expect(recorder.messages.length).toBe(3000);
  expect(recorder.events.slice(-2)).toEqual([
    { malformed: { reason: 'truncated', excerpt: '"half', fatal: false } },
    'closed',
  ]);
});
