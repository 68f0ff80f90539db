import { PassThrough, Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { ChannelLimits, Json } from '../../src/ipc/channel.ts';
import { linesChannel } from '../../src/ipc/lines.ts';
import { socketPair } from './pairs.ts';
import { Recorder, until } from './recorder.ts';

type Arrival = readonly [message: unknown, ...attachments: string[]];

class AttachmentRecorder extends Recorder {
  readonly arrivals: Arrival[] = [];

  override onMessage(message: unknown, attachments: readonly Uint8Array[] = []): void {
    super.onMessage(message);
    this.arrivals.push([message, ...attachments.map((each) => Buffer.from(each).toString('latin1'))]);
  }
}

function reading(limits?: Partial<ChannelLimits>, expects = true) {
  const [readable, writable] = [new PassThrough(), new PassThrough()];
  const recorder = new AttachmentRecorder();
  const channel = linesChannel({ readable, writable }, limits);
  if (expects) channel.expectAttachments?.();
  channel.start(recorder);
  return { readable, writable, recorder, channel };
}

async function read(text: string, cut = Infinity, expects = true): Promise<AttachmentRecorder> {
  const { readable, recorder } = reading({ frameBytes: 100 }, expects);
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += cut) readable.write(bytes.subarray(at, at + cut));
  readable.end();
  await until(() => recorder.closes > 0);
  return recorder;
}

describe('reading', () => {
  const text = '1\n2\n=3 "a"\n\n=\n=0,2,1 "b"\r\n\xff\0x3\n=2 4\n{}=1 5\n\n\n\n6\n';
  const arrivals = [[1], [2], ['a', '\n=\n'], ['b', '', '\xff\0', 'x'], [3], [4, '{}'], [5, '\n'], [6]];

  test.each([Infinity, 1, 2, 3, 7, 11])('takes bytes however they are cut, every %d', async (cut) => {
    const recorder = await read(text, cut);
    expect(recorder.arrivals).toEqual(arrivals);
    expect(recorder.malformed).toEqual([]);
  });

  test('goes on after a frame that is no JSON, whatever bytes it has', async () => {
    const { arrivals: came, malformed } = await read('=4 oops\n"1"\n2\n');
    expect(came).toEqual([[2]]);
    expect(malformed).toEqual([{ reason: 'not-json', excerpt: 'oops', fatal: false }]);
  });

  test.each([
    '=',
    '= 1',
    '=x 1',
    '=1',
    '=1,,2 1',
    '=-1 1',
    '=1e3 1',
    '=9999999999999999 1',
    `=${'0,'.repeat(47)}`,
  ])('takes %s for a line that is no JSON', async (line) => {
    const { arrivals: came, malformed } = await read(`${line}\n2\n`);
    expect(came).toEqual([[2]]);
    expect(malformed).toEqual([{ reason: 'not-json', excerpt: line, fatal: false }]);
  });

  test('takes an announcement for a line that is no JSON until attachments are expected', async () => {
    const { arrivals: came, malformed } = await read('=3 "a"\n{}\n2\n', Infinity, false);
    expect(came).toEqual([[{}], [2]]);
    expect(malformed).toMatchObject([{ reason: 'not-json', fatal: false }]);
  });

  test('takes the longest frame, and gives up on a longer one before any of its bytes came', async () => {
    const longest = `=93 "a"\n${'x'.repeat(93)}`;
    expect((await read(`${longest}2\n`)).arrivals).toEqual([['a', 'x'.repeat(93)], [2]]);
    for (const lengths of ['94', '50,44', '999999999999999', '0,999999999999999']) {
      const { readable, recorder, channel } = reading({ frameBytes: 100 });
      readable.write(`=${lengths} "a"\n`);
      await until(() => recorder.closes > 0);
      expect(recorder.events).toEqual([
        { malformed: { reason: 'too-large', excerpt: `=${lengths} "a"`, fatal: true } },
        'closed',
      ]);
      expect(channel.isOpen).toBe(false);
    }
  });

  test('takes no more pieces than a frame may have', async () => {
    const { readable, recorder } = reading();
    for (const count of [1000, 1001]) readable.write(`=${'0,'.repeat(count - 1)}0 ${count}\n`);
    await until(() => recorder.malformed.length === 1);
    expect(recorder.arrivals.map(([message, ...pieces]) => [message, pieces.length])).toEqual([[1000, 1000]]);
  });

  test('reports a frame whose bytes were cut off', async () => {
    const { events } = await read('1\n=5 "half"\nabcd');
    expect(events).toEqual([
      { message: 1 },
      { malformed: { reason: 'truncated', excerpt: '"half"', fatal: false } },
      'closed',
    ]);
  });

  test('of megabytes leaves turns for others', async () => {
    const [near, far] = await socketPair();
    const recorder = new AttachmentRecorder();
    const channel = linesChannel(near, { turnMicroseconds: 1 });
    channel.expectAttachments?.();
    channel.start(recorder);
    const bytes = Buffer.alloc(2 ** 22, 'abc');
    far.write(`=${bytes.length} "big"\n`);
    far.write(bytes);
    await until(() => recorder.arrivals.length === 1);
    expect(recorder.arrivals[0]?.[1] === bytes.toString('latin1')).toBe(true);
    expect(channel.traffic.pauses).toBeGreaterThan(10);
    channel.close();
    far.destroy();
  });
});

describe('writing', () => {
  test('puts bytes behind the line that announces them, in order', async () => {
    const writes: string[] = [];
    const writable = new Writable({
      decodeStrings: false,
      write(chunk: Buffer | string, _, done) {
        writes.push(String(chunk));
        done();
      },
    });
    const channel = linesChannel({ readable: new PassThrough(), writable });
    channel.send(1);
    channel.send('b', {}, [Buffer.from('xy'), Buffer.from(''), Buffer.from('z')]);
    channel.send(3);
    await channel.flush();
    expect(writes.join('')).toBe('1\n=2,0,1 "b"\nxyz3\n');
    channel.close();
  });

  test('counts bytes for the longest frame and for the queue', async () => {
    const { channel, writable } = reading({ frameBytes: 100, queueBytes: 200 });
    const send = (length: number): void => channel.send('a', {}, [Buffer.alloc(length)]);
    expect(() => send(94)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }));
    send(93);
    expect(channel.queuedBytes).toBe(101);
    expect(() => send(93)).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }));
    await nextTurn();
    expect(writable.readableLength).toBe(101);
    channel.close();
  });

  test('arrives as it was sent, between other messages and in any size', async () => {
    const [near, far] = await socketPair();
    const [here, there] = [linesChannel(near, { queueBytes: 1e8 }), linesChannel(far)];
    const recorder = new AttachmentRecorder();
    there.expectAttachments?.();
    there.start(recorder);
    const expected: Arrival[] = [];
    for (let size = 1; size < 3e6; size *= 3) {
      const bytes = Buffer.alloc(size, `${size}\n=`);
      const message: Json = { size };
      expected.push([message], [message, bytes.toString('latin1'), 'end']);
      here.send(message);
      here.send(message, {}, [bytes, Buffer.from('end')]);
    }
    await until(() => recorder.arrivals.length === expected.length);
    expect(JSON.stringify(recorder.arrivals) === JSON.stringify(expected)).toBe(true);
    here.close();
    there.close();
  });

  test('gives away what is unwritten, bytes included', () => {
    const stuck = new Writable({ write: () => {}, writev: () => {} });
    const channel = linesChannel({ readable: new PassThrough(), writable: stuck });
    channel.send('a', {}, [Buffer.alloc(9000, 'x')]);
    channel.send('b', {}, [Buffer.from('y')]);
    const { begun, waiting } = channel.takeUnwritten();
    expect([begun.join(''), waiting.join('')]).toEqual([`=9000 "a"\n${'x'.repeat(9000)}`, '=1 "b"\ny']);
    channel.close();
  });
});
