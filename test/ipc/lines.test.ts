import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Duplex, PassThrough, Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { ChannelLimits } from '../../src/ipc/channel.ts';
import { linesChannel } from '../../src/ipc/lines.ts';
import { socketPair } from './pairs.ts';
import { Recorder, until } from './recorder.ts';

function reading(limits?: Partial<ChannelLimits>) {
  const [readable, writable] = [new PassThrough(), new PassThrough()];
  const recorder = new Recorder();
  const channel = linesChannel({ readable, writable }, limits);
  channel.start(recorder);
  return { readable, writable, recorder, channel };
}

async function read(...chunks: (string | Buffer)[]): Promise<Recorder> {
  const { readable, recorder } = reading({ frameBytes: 100 });
  for (const chunk of chunks) readable.write(chunk);
  readable.end();
  await until(() => recorder.closes > 0);
  return recorder;
}

describe('reading', () => {
  test('takes lines however they are cut into chunks', async () => {
    const text = Buffer.from('{"a":"ü漢👍"}\r\n\n\r\n"b"\n[\n3\n]\n4\n'.replace('[\n3\n]', '[3]'));
    const bytes = Array.from(text, (_, at) => text.subarray(at, at + 1));
    const whole = await read(text);
    expect(whole.events).toEqual([
      { message: { a: 'ü漢👍' } },
      { message: 'b' },
      { message: [3] },
      { message: 4 },
      'closed',
    ]);
    expect((await read(...bytes)).events).toEqual(whole.events);
  });

  test('looks at each byte a few times, however many lines come at once with one that is no text', async () => {
    const { readable, recorder } = reading();
    const lines = Buffer.concat([Buffer.from('1\n'.repeat(20_000)), Buffer.from([0xff, 10])]);
    const decoding = vi.spyOn(Buffer.prototype, 'toString');
    readable.write(lines);
    await until(() => recorder.events.length === 20_001);
    const decoded = decoding.mock.contexts.reduce((sum, { length }) => sum + length, 0);
    decoding.mockRestore();
    expect(decoded).toBeLessThan(10 * lines.length);
  });

  test('reports a line that is no JSON, and goes on', async () => {
    const { events } = await read(`1\n${'oops '.repeat(19)}\n2\n`);
    const excerpt = 'oops '.repeat(19);
    expect(events).toEqual([
      { message: 1 },
      { malformed: { reason: 'not-json', excerpt, fatal: false } },
      { message: 2 },
      'closed',
    ]);
  });

  test('reports broken UTF-8 instead of guessing, but accepts the replacement character itself', async () => {
    const { events } = await read(Buffer.from([0x22, 0xc3, 0x28, 0x22, 0x0a]), '"\uFFFD"\n');
    expect(events).toEqual([
      { malformed: { reason: 'not-json', excerpt: '"\uFFFD("', fatal: false } },
      { message: '\uFFFD' },
      'closed',
    ]);
  });

  test('reports a last line that was cut off', async () => {
    const { events } = await read('1\n{"half":');
    expect(events).toEqual([
      { message: 1 },
      { malformed: { reason: 'truncated', excerpt: '{"half":', fatal: false } },
      'closed',
    ]);
  });

  test('shows no more than the first 200 characters of what it refuses', async () => {
    const { readable, recorder } = reading();
    readable.write(`${'ü'.repeat(1000)}\n`);
    await until(() => recorder.malformed.length === 1);
    expect(recorder.malformed[0]?.excerpt).toBe('ü'.repeat(200));
  });

  test('takes the longest line with either line break', async () => {
    const longest = 'x'.repeat(98);
    const { events } = await read(`"${longest}"\n"${longest}"`, '\r', '\n');
    expect(events).toEqual([{ message: longest }, { message: longest }, 'closed']);
  });

  test('gives up on a line as soon as it is too long, without waiting for its end', async () => {
    const { readable, recorder, channel } = reading({ frameBytes: 100 });
    readable.write(`"${'x'.repeat(60)}`);
    readable.write('x'.repeat(60));
    await until(() => recorder.closes > 0);
    expect(recorder.events).toEqual([
      { malformed: { reason: 'too-large', excerpt: `"${'x'.repeat(120)}`, fatal: true } },
      'closed',
    ]);
    expect(channel.isOpen).toBe(false);
  });

  test('holds no more than the line itself when it comes byte by byte', async () => {
    const { readable, recorder } = reading({ frameBytes: 300_000 });
    const before = process.memoryUsage().heapUsed + process.memoryUsage().external;
    for (let at = 0; at < 290_000; at += 1) {
      readable.write(Buffer.from('x'));
      if (at % 1000 === 0) await nextTurn();
    }
    global.gc?.();
    expect(process.memoryUsage().heapUsed + process.memoryUsage().external - before).toBeLessThan(64e6);
    readable.write('\n');
    await until(() => recorder.malformed.length === 1);
  });
});

function writing() {
  const writes: string[] = [];
  const writable = new Writable({
    write(chunk: Buffer, _, done) {
      writes.push(chunk.toString());
      done();
    },
  });
  return { writes, writable };
}

describe('writing', () => {
  test('puts the messages of one turn into one write', async () => {
    const { writes, writable } = writing();
    const channel = linesChannel({ readable: new PassThrough(), writable });
    for (const number of [1, 2, 3]) channel.send(number);
    expect(writes).toEqual([]);
    await channel.flush();
    channel.send(4);
    await channel.flush();
    expect(writes).toEqual(['1\n2\n3\n', '4\n']);
    channel.close();
  });

  test('of one message for each that comes does not wait for the turn to end', async () => {
    const { writes, writable } = writing();
    const readable = new PassThrough();
    const channel = linesChannel({ readable, writable });
    const recorder = new Recorder();
    channel.start(recorder);
    const hear = async (): Promise<void> => {
      const before = recorder.messages.length;
      readable.write('"go on"\n');
      await until(() => recorder.messages.length > before);
    };
    channel.send(1);
    expect(writes).toEqual([]);
    await hear();
    for (const number of [2, 3, 4]) channel.send(number);
    expect(writes).toEqual(['1\n', '2\n']);
    await channel.flush();
    await hear();
    channel.send(5);
    expect(writes).toEqual(['1\n', '2\n', '3\n4\n']);
    channel.close();
  });

  test('of a long message does not wait for the turn to end', () => {
    const { channel, writable } = reading();
    channel.send('x'.repeat(10_000));
    expect(writable.readableLength).toBe(10_003);
    channel.close();
  });

  test('still happens after this side closed, as soon as the other reads', async () => {
    const { channel, writable, recorder } = reading();
    const message = 'x'.repeat(500_000);
    channel.send(message);
    channel.close();
    await until(() => recorder.closes > 0);
    let arrived = '';
    for await (const chunk of writable.setEncoding('utf8')) arrived += chunk as string;
    expect(arrived).toBe(`${JSON.stringify(message)}\n`);
  });
});

describe('a stream that breaks', () => {
  test.each(['readable', 'writable'] as const)('closes the channel when it is the %s one', async (broken) => {
    const { recorder, channel, ...streams } = reading();
    streams.readable.write('"before"\n');
    await until(() => recorder.messages.length === 1);
    streams[broken].destroy(new Error('read ECONNRESET'));
    await until(() => recorder.closes > 0);
    expect(recorder.events).toEqual([{ message: 'before' }, 'closed']);
    expect(channel.isOpen).toBe(false);
    await until(
      () => streams.readable.destroyed && (streams.writable.writableEnded || streams.writable.destroyed),
    );
  });

  test('before the start is heard at the start', async () => {
    const [near, far] = await socketPair();
    const [channel, recorder] = [linesChannel(near), new Recorder()];
    far.resetAndDestroy();
    near.destroy();
    await once(near, 'close');
    channel.start(recorder);
    await until(() => recorder.closes > 0);
    expect(recorder.events).toEqual(['closed']);
  });
});

describe('the other side’s last messages', () => {
  const numbers = Array.from({ length: 3000 }, (_, number) => ({ number }));

  test.each([
    ['before anything is read', 0],
    ['while they are read', 1],
  ])('all arrive, although a write fails %s', async (_, when) => {
    const program = join(import.meta.dirname, 'fixtures', 'writes-and-exits.mjs');
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    const [channel, recorder] = [linesChannel(child.stdio[3] as Duplex), new Recorder()];
    await once(child, 'exit');
    if (when === 1) channel.start(recorder);
    channel.send('are you there?');
    await channel.flush();
    if (when === 0) {
      await until(() => !channel.isOpen);
      channel.start(recorder);
    }
    await until(() => recorder.closes > 0);
    expect(recorder.messages).toEqual(numbers);
    expect(recorder.events.at(-1)).toBe('closed');
  });
});

test('a process that closes its stdin but lives is noticed at the next send', async () => {
  const child = spawn('sh', ['-c', 'exec <&-; echo \'"deaf"\'; exec sleep 600'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const recorder = new Recorder();
  const channel = linesChannel({ readable: child.stdout, writable: child.stdin });
  channel.start(recorder);
  try {
    await until(() => recorder.messages.length === 1);
    if (channel.isOpen) channel.send('hello?');
    await until(() => recorder.closes > 0);
    expect(recorder.events).toEqual([{ message: 'deaf' }, 'closed']);
  } finally {
    child.kill('SIGKILL');
  }
});

test('a stream that others resume while its reading waits loses nothing', async () => {
  const { readable, recorder, channel } = reading({ messagesPerSecond: 5 });
  const numbers = Array.from({ length: 100 }, (_, number) => number);
  readable.write(`${numbers.join('\n')}\n1`);
  await until(() => channel.traffic.pauses > 0);
  // What Node does to all streams of a child that has exited.
  readable.resume();
  readable.end(`00\n${numbers.join('\n')}\n`);
  await until(() => recorder.closes > 0);
  expect(recorder.messages).toEqual([...numbers, 100, ...numbers]);
});

test('a channel is started once', () => {
  const { channel, recorder } = reading();
  expect(() => channel.start(recorder)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  channel.close();
});
