import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { HeldOutput } from '../../src/process/held-output.ts';
import { until } from '../ipc/recorder.ts';

function holding(mostBytes: number) {
  const stream = new PassThrough();
  const seen = { times: 0, heard: '' };
  const held = new HeldOutput(stream, mostBytes, () => (seen.times += 1));
  const takeOver = (): void => {
    stream.on('data', (chunk: Buffer) => (seen.heard += chunk.toString()));
    held.takeOver();
  };
  return { stream, seen, takeOver };
}

test('hands on what it held, in order, and then everything as it comes', async () => {
  const { stream, seen, takeOver } = holding(1000);
  stream.write('one ');
  stream.write('two ');
  await until(() => stream.readableLength === 0);
  takeOver();
  expect(seen.heard).toBe('one two ');
  stream.write('three');
  await until(() => seen.heard === 'one two three');
  expect(seen.times).toBe(0);
});

test('reads no more than may be held, which short pieces fill too, and goes on when somebody takes over', async () => {
  const { stream, seen, takeOver } = holding(1000);
  for (let piece = 0; piece < 100; piece += 1) stream.write('x');
  await until(() => seen.times === 1);
  expect(stream.isPaused()).toBe(true);
  expect(stream.readableLength).toBeGreaterThan(80);
  takeOver();
  await until(() => seen.heard.length === 100);
});

test('hands on what it held of a stream that has ended meanwhile', async () => {
  const { stream, seen, takeOver } = holding(1000);
  stream.end('last words');
  await until(() => stream.readableEnded);
  takeOver();
  expect(seen.heard).toBe('last words');
});
