import { PassThrough, Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { GreenroomError } from '../../src/errors.ts';
import type { ChannelLimits, Json } from '../../src/ipc/channel.ts';
import { linesChannel } from '../../src/ipc/lines.ts';
import { socketPair } from './pairs.ts';
import { Recorder, until } from './recorder.ts';

type Arrival = readonly [message: unknown, ...attachments: string[]];

class AttachmentRecorder extends Recorder {
  readonly arrivals: Arrival[] = [];
  readonly unsent: unknown[] = [];

  onUnsent(message: Json, { code, data }: GreenroomError): void {
    this.unsent.push([message, code, data['lengths']]);
  }

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

/** All of it: since Node 26 a read that names no size takes one piece. */
function written(stream: PassThrough): Buffer | null {
  return stream.read(stream.readableLength) as Buffer | null;
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

  test.each([Infinity, 1, 3])(
    'skips the bytes of a frame whose line is no UTF-8, cut every %d',
    async (cut) => {
      const { arrivals: came, malformed } = await read('=9,2 "\xff"\n"trapped"\n2\n\n3\n', cut);
      expect(came).toEqual([[3]]);
      expect(malformed).toEqual([{ reason: 'not-json', excerpt: '"\uFFFD"', fatal: false }]);
    },
  );

  test('gives up on a frame that is too long though its line is no UTF-8', async () => {
    const { recorder, readable } = reading({ frameBytes: 100 });
    readable.write(Buffer.from('=999 "\xff"\n', 'latin1'));
    await until(() => recorder.closes > 0);
    expect(recorder.malformed).toMatchObject([{ reason: 'too-large', fatal: true }]);
  });

  test('takes an announcement for a line that is no JSON until attachments are expected', async () => {
    const { arrivals: came, malformed } = await read('=3 "a"\n{}\n2\n', Infinity, false);
    expect(came).toEqual([[{}], [2]]);
    expect(malformed).toMatchObject([{ reason: 'not-json', fatal: false }]);
  });

  test('takes the longest frame, and gives up on a longer one before any of its bytes came', async () => {
    const longest = `=93 "a"\n${'x'.repeat(93)}`;
    expect((await read(`${longest}2\n`)).arrivals).toEqual([['a', 'x'.repeat(93)], [2]]);
    const lengths = ['94', '50,44', '999999999999999', '0,999999999999999'];
    for (const line of [...lengths.map((each) => `=${each} "a"`), '=93 "ä"']) {
      const { readable, recorder, channel } = reading({ frameBytes: 100 });
      readable.write(`${line}\n`);
      await until(() => recorder.closes > 0);
      expect(recorder.events).toEqual([
        { malformed: { reason: 'too-large', excerpt: line, fatal: true } },
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

describe('bytes whose length changes before they are written', () => {
  const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

  /** Takes them away, as a transfer to a worker does. */
  function detach({ buffer }: Uint8Array): void {
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
  }

  test('are not sent, which is told, and all else arrives', async () => {
    const { channel, writable, recorder } = reading();
    const [whole, gone] = [bytesOf('whole'), bytesOf('gone')];
    channel.send(1);
    channel.send('first', {}, [whole, gone]);
    channel.send('second', {}, [whole]);
    channel.send('third', {}, [gone]);
    detach(gone);
    channel.send(2);
    await channel.flush();
    await until(() => recorder.unsent.length === 2);
    expect(recorder.unsent).toEqual([
      ['first', 'FRAME_MALFORMED', '5,4'],
      ['third', 'FRAME_MALFORMED', '4'],
    ]);
    expect(String(written(writable))).toBe('1\n=5 "second"\nwhole2\n');
    expect(channel.traffic).toMatchObject({ queuedBytes: 0, queuedMessages: 0 });
  });

  test('are noticed though there are as many in all', async () => {
    const { channel, writable, recorder } = reading();
    const options = { maxByteLength: 8 };
    const buffers = [4, 8].map((length) => Reflect.construct(ArrayBuffer, [length, options]) as Resizable);
    const pieces = buffers.map((buffer) => new Uint8Array(buffer));
    channel.send('swapped', {}, pieces);
    buffers[0]?.resize(8);
    buffers[1]?.resize(4);
    await until(() => recorder.unsent.length === 1);
    expect(written(writable)).toBeNull();
    // They may be sent as they are now.
    channel.send('again', {}, pieces);
    await channel.flush();
    expect(String(written(writable)?.subarray(0, 13))).toBe('=8,4 "again"\n');
  });

  test('are told when the others of that turn are on their way, because whoever is told may send', async () => {
    const { channel, writable, recorder } = reading();
    const gone = bytesOf('gone');
    recorder.onUnsent = () => channel.send('x'.repeat(9000));
    await nextTurn();
    channel.send(1);
    channel.send('gone', {}, [gone]);
    channel.send(2);
    detach(gone);
    await channel.flush();
    await nextTurn();
    expect(String(written(writable)?.subarray(0, 6))).toBe('1\n2\n"x');
  });

  test('keep no channel from closing, after which nothing is told', async () => {
    const { channel, writable, recorder } = reading();
    const gone = bytesOf('gone');
    channel.send('gone', {}, [gone]);
    detach(gone);
    channel.close();
    await channel.flush();
    await until(() => writable.writableFinished);
    expect(written(writable)).toBeNull();
    expect(recorder).toMatchObject({ unsent: [], closes: 1 });
  });

  test('leave nothing to be written by who exits, if they are on their way already', () => {
    const stuck = new Writable({ write: () => {}, writev: () => {} });
    const channel = linesChannel({ readable: new PassThrough(), writable: stuck });
    const large = new Uint8Array(9000);
    channel.send('a', {}, [large]);
    channel.send('b');
    detach(large);
    expect(channel.takeUnwritten()).toEqual({ begun: [], waiting: [] });
    channel.close();
  });
});

type Resizable = ArrayBuffer & { resize(length: number): void };
