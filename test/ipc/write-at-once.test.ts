import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { linesChannel } from '../../src/ipc/lines.ts';
import { writeAtOnce } from '../../src/ipc/write-at-once.ts';
import { socketPair } from './pairs.ts';
import { Recorder, until } from './recorder.ts';

test('what the pipe has room for is written without the stream', async () => {
  const [near, far] = await socketPair();
  if (near.connecting) await once(near, 'connect');
  const channel = linesChannel(near);
  const recorder = new Recorder();
  linesChannel(far).start(recorder);
  channel.send('hello');
  await channel.flush();
  expect([near.bytesWritten, channel.queuedBytes]).toEqual([0, 0]);
  await until(() => recorder.messages.length === 1);
  channel.close();
});

test('what it has no room for follows when the other side reads, in the order it was sent', async () => {
  const [near, far] = await socketPair();
  const channel = linesChannel(near, { queueBytes: 64 * 2 ** 20 });
  const sent = Array.from(
    { length: 2000 },
    (_, number) => `${number} ${'xé'[number % 2]}${'x'.repeat(4000)}`,
  );
  for (const message of sent) channel.send(message);
  await until(() => near.writableLength > 0);
  const recorder = new Recorder();
  linesChannel(far).start(recorder);
  await until(() => recorder.messages.length === sent.length);
  expect(recorder.messages).toEqual(sent);
  channel.close();
});

test('a stream that is no socket, or one that is gone, writes for itself', async () => {
  const [near, far] = await socketPair();
  near.destroy();
  far.destroy();
  expect([writeAtOnce(near, 'x'), writeAtOnce(new PassThrough(), 'x')]).toEqual([0, 0]);
});
