import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { ChannelLimits, Json } from '../../src/ipc/channel.ts';
import { linesChannel } from '../../src/ipc/lines.ts';
import { Recorder, until } from './recorder.ts';

function open(limits?: Partial<ChannelLimits>) {
  const [readable, writable] = [new PassThrough(), new PassThrough()];
  const recorder = new Recorder();
  const channel = linesChannel({ readable, writable }, limits);
  channel.expectBatches?.();
  channel.start(recorder);
  return { readable, writable, recorder, channel };
}

async function written(messages: readonly Json[], limits?: Partial<ChannelLimits>): Promise<string[]> {
  const { channel, writable } = open(limits);
  for (const message of messages) channel.send(message);
  await channel.flush();
  return (writable.read(writable.readableLength) as Buffer).toString().trimEnd().split('\n');
}

describe('writing', () => {
  test('puts the lists of one turn into one line', async () => {
    expect(await written([[1], [2, 'é'], []])).toEqual(['[[1],[2,"é"],[]]']);
  });

  test('leaves other messages as they are, and all in their order', async () => {
    const messages = [{ a: 1 }, [1], [2], 'text', [3], { b: 2 }];
    expect(await written(messages)).toEqual(['{"a":1}', '[[1],[2]]', '"text"', '[[3]]', '{"b":2}']);
  });

  test('makes no line that is longer than a frame may be', async () => {
    const messages = Array.from({ length: 100 }, (_, number) => [number, 'x'.repeat(number % 30)]);
    const lines = await written(messages, { frameBytes: 60 });
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
    expect(lines.flatMap((line) => JSON.parse(line) as unknown[])).toEqual(messages);
  });

  test('refuses one that would be too long for its line', () => {
    const { channel } = open({ frameBytes: 20 });
    const ofLength = (length: number): Json => ['x'.repeat(length - '[""]'.length)];
    channel.send(ofLength(18));
    expect(() => channel.send(ofLength(19))).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }));
  });

  test('gives away whole lines when its process exits', () => {
    const { channel } = open();
    for (const message of [[1], [2], { a: 1 }, [3]]) channel.send(message);
    expect(channel.takeUnwritten()).toEqual({ begun: [], waiting: ['[[1],[2]]\n', '{"a":1}\n', '[[3]]\n'] });
  });
});

describe('reading', () => {
  async function read(text: string, limits?: Partial<ChannelLimits>) {
    const { readable, recorder, channel } = open(limits);
    readable.end(text);
    await until(() => recorder.closes > 0);
    return { messages: recorder.messages, malformed: recorder.malformed, channel };
  }

  test('takes each message of a list, and others as they are', async () => {
    const { messages, malformed, channel } = await read('[[1],{"a":1},[]]\n[]\n{"b":[2]}\n[[3]]\n');
    expect(messages).toEqual([[1], { a: 1 }, [], [], { b: [2] }, [3]]);
    expect(malformed).toEqual([]);
    expect(channel.traffic.received).toBe(6);
  });

  test('refuses a list that is no JSON as one, and goes on', async () => {
    const { messages, malformed } = await read('[[1],[2]\n[[3]]\n');
    expect(messages).toEqual([[3]]);
    expect(malformed).toEqual([{ reason: 'not-json', excerpt: '[[1],[2]', fatal: false }]);
  });

  test('puts off the rest of a long list until later turns', async () => {
    const { readable, recorder, channel } = open({ turnMicroseconds: 1 });
    const many = Array.from({ length: 1000 }, (_, number) => [number]);
    readable.write(`${JSON.stringify(many)}\n`);
    await until(() => recorder.messages.length === 1000);
    expect(recorder.messages).toEqual(many);
    expect(channel.traffic.pauses).toBeGreaterThan(10);
  });

  test('takes a list for one message where no batches are expected', async () => {
    const readable = new PassThrough();
    const recorder = new Recorder();
    linesChannel({ readable, writable: new PassThrough() }).start(recorder);
    readable.end('[[1],[2]]\n');
    await until(() => recorder.closes > 0);
    expect(recorder.messages).toEqual([[[1], [2]]]);
  });
});
