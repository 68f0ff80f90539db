import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { linesChannel } from '../../src/ipc/lines.ts';
import { readInPlace } from '../../src/ipc/read-in-place.ts';
import { socketPair } from './pairs.ts';
import { Recorder, until } from './recorder.ts';

const onPosix = test.runIf(process.platform !== 'win32');

onPosix('sockets read into one buffer, on every version of Node that is supported', async () => {
  const buffers = new Set<ArrayBufferLike>();
  const heard: string[] = [];
  for (const word of ['one', 'two']) {
    const [near, far] = await socketPair();
    const before = heard.length;
    expect(
      readInPlace(near, (chunk) => {
        buffers.add(chunk.buffer);
        heard.push(chunk.toString());
      }),
    ).toBe(true);
    near.resume();
    far.write(word);
    await until(() => heard.length > before);
    near.destroy();
    far.destroy();
  }
  expect(heard).toEqual(['one', 'two']);
  expect(buffers.size).toBe(1);
});

test('a stream that is no socket is read as it comes', () => {
  expect(readInPlace(new PassThrough(), () => {})).toBe(false);
});

test('what waits for its turn is not written over by what others read meanwhile', async () => {
  const [patient, other] = [await socketPair(), await socketPair()];
  const [heard, noise] = [new Recorder(), new Recorder()];
  const channel = linesChannel(patient[0], { messagesPerSecond: 10 });
  channel.start(heard);
  linesChannel(other[0]).start(noise);
  patient[1].write(`${lines(10, 'mine')}"half `);
  await until(() => heard.messages.length === 10);
  other[1].write(lines(5000, 'theirs'));
  await until(() => noise.messages.length === 5000);
  channel.hurry();
  patient[1].write('way"\n');
  await until(() => heard.messages.length === 11);
  expect(heard.messages).toEqual([...messages(10, 'mine'), 'half way']);
  destroy(patient, other);
});

test('a line that waits for the bytes that follow it is not written over either', async () => {
  const [halting, other] = [await socketPair(), await socketPair()];
  const [heard, noise] = [new Recorder(), new Recorder()];
  const channel = linesChannel(halting[0]);
  channel.expectAttachments?.();
  channel.start(heard);
  linesChannel(other[0]).start(noise);
  // Not UTF-8, so that it is kept as bytes.
  halting[1].write(Buffer.from('=4 \xFFmine\nab', 'latin1'));
  await until(() => halting[0].bytesRead > 0);
  other[1].write(lines(5000, 'theirs'));
  await until(() => noise.messages.length === 5000);
  halting[1].write('cd');
  await until(() => heard.events.length > 0);
  expect(heard.events).toEqual([{ malformed: { reason: 'not-json', excerpt: '\uFFFDmine', fatal: false } }]);
  destroy(halting, other);
});

test('what a socket has kept before the start comes before what it reads afterwards', async () => {
  const [near, far] = await socketPair();
  const channel = linesChannel(near);
  far.write(lines(50_000, 'early'));
  await until(() => near.readableLength > 0);
  const heard = new Recorder();
  channel.start(heard);
  far.write(lines(50_000, 'late'));
  await until(() => heard.messages.length === 100_000);
  expect(heard.messages[0]).toBe('early 0');
  expect(heard.messages[50_000]).toBe('late 0');
  expect(heard.messages).toEqual([...messages(50_000, 'early'), ...messages(50_000, 'late')]);
  destroy([near, far]);
});

function messages(count: number, word: string): string[] {
  return Array.from({ length: count }, (_, number) => `${word} ${number}`);
}

function lines(count: number, word: string): string {
  return messages(count, word)
    .map((message) => `"${message}"\n`)
    .join('');
}

function destroy(...pairs: readonly Socket[][]): void {
  for (const socket of pairs.flat()) socket.destroy();
}
