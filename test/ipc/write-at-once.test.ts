import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { connect, createServer, type TLSSocket } from 'node:tls';
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
  // There may be more in this turn.
  expect(channel.traffic).toMatchObject({ queuedMessages: 1 });
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

test('an answer longer than the pipe has room for follows in full, and what is sent after it', async () => {
  const [near, far] = await socketPair();
  const limits = { frameBytes: 32 * 2 ** 20, queueBytes: 32 * 2 ** 20 };
  const [channel, other] = [linesChannel(near, limits), linesChannel(far, limits)];
  const [heard, answers] = [new Recorder(), new Recorder()];
  channel.start(heard);
  const long = 'x'.repeat(16 * 2 ** 20);
  channel.send('first');
  await channel.flush();
  other.send('go on');
  await until(() => heard.messages.length === 1);
  channel.send(long);
  expect(near.writableLength).toBeGreaterThan(0);
  expect(near.writableLength).toBeLessThan(long.length);
  expect(channel.traffic).toMatchObject({ sent: 2, queuedMessages: 1, queuedBytes: long.length + 3 });
  channel.send('last');
  other.start(answers);
  await until(() => answers.messages.length === 3);
  expect(answers.messages).toEqual(['first', long, 'last']);
  // The last may be read before the stream says that it is written.
  await channel.flush();
  expect(channel.traffic).toMatchObject({ queuedMessages: 0, queuedBytes: 0 });
  channel.close();
});

test('what is to be encrypted is not written beneath the encryption', async () => {
  const [near, far] = await encryptedPair();
  const [channel, other] = [linesChannel(near), linesChannel(far)];
  const recorder = new Recorder();
  other.start(recorder);
  channel.send('hello');
  await until(() => recorder.messages.length === 1 || near.destroyed || far.destroyed);
  expect(recorder.messages).toEqual(['hello']);
  channel.close();
  other.close();
});

test('a stream that is no socket, or one that is gone, writes for itself', async () => {
  const [near, far] = await socketPair();
  near.destroy();
  far.destroy();
  expect([writeAtOnce(near, 'x'), writeAtOnce(new PassThrough(), 'x')]).toEqual([0, 0]);
});

async function encryptedPair(): Promise<[TLSSocket, TLSSocket]> {
  const psk = Buffer.alloc(16, 1);
  const ciphers = 'PSK+HIGH';
  const server = createServer({ ciphers, pskCallback: () => psk });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'secureConnection');
  const { port } = server.address() as AddressInfo;
  const pskCallback = () => ({ psk, identity: 'near' });
  const near = connect({
    port,
    host: '127.0.0.1',
    ciphers,
    pskCallback,
    checkServerIdentity: () => undefined,
  });
  await once(near, 'secureConnect');
  const [far] = (await accepted) as [TLSSocket];
  server.close();
  return [near, far];
}
