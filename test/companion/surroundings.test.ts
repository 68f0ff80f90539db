import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { oscPacket } from '../../src/companion/host/osc-packet.ts';
import { createOscSender } from '../../src/companion/host/osc.ts';
import { SharedSockets } from '../../src/companion/host/shared-sockets.ts';
import { fillOptions, fillText } from '../../src/companion/host/text-variables.ts';
import type { CompanionConnection } from '../../src/companion/host/watchable.ts';
import { readFields } from '../../src/companion/definitions/input-field.ts';
import { GreenroomError } from '../../src/errors.ts';

const polling = { timeout: 10_000, interval: 5 };

describe('An OSC message', () => {
  it.each([
    ['nothing', undefined, ',\0\0\0'],
    ['an int', { type: 'i', value: -2 }, ',i\0\0\xff\xff\xff\xfe'],
    ['a number as a float', 1, ',f\0\0\x3f\x80\0\0'],
    ['a double', { type: 'd', value: 1 }, ',d\0\0\x3f\xf0\0\0\0\0\0\0'],
    ['a long', { type: 'h', value: 258 }, ',h\0\0\0\0\0\0\0\0\x01\x02'],
    ['a time', { type: 't', value: 1 }, ',t\0\0\0\0\0\0\0\0\0\x01'],
    ['a text', 'abc', ',s\0\0abc\0'],
    ['a text of four letters', 'abcd', ',s\0\0abcd\0\0\0\0'],
    ['bytes', new Uint8Array([1, 2]), ',b\0\0\0\0\0\x02\x01\x02\0\0'],
    ['truth, falsehood and nothing', [true, false, null], ',TFN\0\0\0\0'],
    ['a bang', { type: 'I' }, ',I\0\0'],
    ['a letter', { type: 'c', value: 'A' }, ',c\0\0\0\0\0A'],
    ['a colour', { type: 'r', value: { r: 1, g: 2, b: 3, a: 1 } }, ',r\0\0\x01\x02\x03\xff'],
    ['a MIDI message', { type: 'm', value: new Uint8Array([0, 0x90, 60, 127]) }, ',m\0\0\0\x90\x3c\x7f'],
    ['several', ['x', { type: 'i', value: 1 }], ',si\0x\0\0\0\0\0\0\x01'],
  ])('carries %s', (_what, args, expected) => {
    expect(Buffer.from(oscPacket('/a', args)).toString('latin1')).toBe(`/a\0\0${expected}`);
  });

  it.each([
    ['an address without a slash', 'a', 1],
    ['an unknown type', '/a', { type: 'x', value: 1 }],
    ['a type that is a property of every object', '/a', { type: 'toString', value: 1 }],
    ['a text where a number belongs', '/a', { type: 'i', value: 'one' }],
    ['a text where bytes belong', '/a', { type: 'b', value: 'one' }],
    ['a function', '/a', () => 1],
  ])('is refused with %s', (_what, address, args) => {
    expect(() => oscPacket(address, args)).toThrow(TypeError);
  });

  it('is not sent to a port that is none, and to one that is a text', async () => {
    const sender = createOscSender();
    onTestFinished(() => sender.close());
    await expect(sender.send('lamp', { host: '127.0.0.1', port: 0, path: '/a', args: [] })).rejects.toThrow(
      '1 to 65535',
    );
    await using device = await bound();
    await sender.send('lamp', { host: '127.0.0.1', port: String(device.port), path: '/a', args: [] });
    await vi.waitFor(() => expect(device.packets).toEqual(['/a\0\0,\0\0\0']), polling);
  });
});

describe('A text with variables', () => {
  const values = new Map<string, unknown>([
    ['lamp:level', 5],
    ['lamp:name', 'on $(lamp:level)'],
    ['lamp:which', 'level'],
    ['lamp:list', [1, 2]],
    ['lamp:self', 'x$(lamp:self)'],
    ['lamp:off', false],
  ]);
  const valueOf = (label: string, id: string) => values.get(`${label}:${id}`);

  it.each([
    ['plain', 'plain', []],
    ['$(lamp:level) %', '5 %', ['lamp:level']],
    ['$(lamp:name)', 'on 5', ['lamp:name', 'lamp:level']],
    ['$(lamp:$(lamp:which))', '5', ['lamp:which', 'lamp:level']],
    ['$(lamp:list) $(lamp:off)', '[1,2] false', ['lamp:list', 'lamp:off']],
    ['$(lamp:none)', '$NA', ['lamp:none']],
    ['$(lamp) $(:x) $(a:)', '$(lamp) $(:x) $(a:)', []],
  ])('%o becomes %o', (text, filled, variableIds) => {
    expect(fillText(text, valueOf)).toEqual({ text: filled, variableIds });
  });

  it('ends where a variable names itself', () => {
    expect(fillText('$(lamp:self)', valueOf).text).toBe(`${'x'.repeat(100)}$(lamp:self)`);
  });

  it('gets no longer than a million characters by its variables', () => {
    const long = new Map([
      ['lamp:long', 'x'.repeat(600_000)],
      ['lamp:bomb', '$(lamp:bomb)$(lamp:bomb)'.repeat(20_000)],
    ]);
    const fill = (text: string) => fillText(text, (label, id) => long.get(`${label}:${id}`));
    expect(fill('$(lamp:long)-$(lamp:long)').text).toBe(`${'x'.repeat(600_000)}-$NA`);
    expect(fill('$(lamp:bomb)').text.length).toBeLessThan(1_100_000);
  });

  it('is filled in only in the options whose fields take variables', () => {
    const fields = readFields([{ id: 'a', useVariables: true }, { id: 'b' }]);
    expect(fillOptions({ a: '$(lamp:level)', b: '$(lamp:level)', c: 1 }, fields, valueOf)).toEqual({
      options: { a: '5', b: '$(lamp:level)', c: 1 },
      variableIds: ['lamp:level'],
    });
  });
});

describe('A shared UDP port', () => {
  it('keeps what comes for a module that is not ready yet, the newest, and hands it over', async () => {
    const { sockets, told, become, caller } = shared();
    const port = await freePort();
    await sockets.join({ family: 'udp4', portNumber: port }, caller('a'));
    await sockets.join({ family: 'udp4', portNumber: port }, caller('b'));
    become('a', 'initialising');
    await using device = await bound();
    for (let count = 1; count <= 130; count++) await device.send(String(count), port);
    await vi.waitFor(
      () => expect(told.get('b')?.at(-1)).toMatchObject({ message: Buffer.from('130') }),
      polling,
    );
    expect(told.get('a')).toBeUndefined();
    become('a', 'ready');
    sockets.handOver('a');
    const messages = told.get('a')?.map(({ message }) => String(message));
    expect([messages?.length, messages?.[0], messages?.at(-1)]).toEqual([100, '31', '130']);
    expect(sockets.status[0]?.members.map(({ connection, lost }) => [connection, lost])).toEqual([
      ['a', 30],
      ['b', 0],
    ]);
  });

  it('is not had when another program has it, and nothing of it stays', async () => {
    const { sockets, caller } = shared();
    await using taken = await bound();
    const join = sockets.join({ family: 'udp4', portNumber: taken.port }, caller('a'));
    await expect(join).rejects.toThrow('EADDRINUSE');
    expect(sockets.status).toEqual([]);
  });

  it('is joined a hundred times by one module at most', async () => {
    const { sockets, caller } = shared();
    const port = await freePort();
    const join = (connection: string) =>
      sockets.join({ family: 'udp4', portNumber: port }, caller(connection));
    await Promise.all(Array.from({ length: 100 }, () => join('a')));
    await expect(join('a')).rejects.toThrow('has 100 shared sockets already');
    await join('b');
    sockets.release('a');
    await join('a');
    expect(sockets.status[0]?.members.map(({ connection }) => connection)).toEqual(['b', 'a']);
  });

  it('is left by a module that died while it joined', async () => {
    const { sockets, caller } = shared();
    const gone = new AbortController();
    const join = sockets.join(
      { family: 'udp4', portNumber: await freePort() },
      { ...caller('a'), signal: gone.signal },
    );
    gone.abort(new Error('dead'));
    await expect(join).rejects.toThrow('dead');
    expect(sockets.status).toEqual([]);
  });

  it('is used by whom a handle belongs to, and nobody else', async () => {
    const { sockets, caller } = shared();
    const handleId = await sockets.join({ family: 'udp4', portNumber: await freePort() }, caller('a'));
    const message = { handleId, message: new Uint8Array([1]), address: '127.0.0.1', port: 9 };
    await expect(sockets.send(message, caller('b'))).rejects.toThrow('has no shared socket');
    expect(() => sockets.leave({ handleId }, caller('b'))).toThrow('has no shared socket');
    await expect(sockets.send({ ...message, message: 'text' }, caller('a'))).rejects.toThrow('must be bytes');
    await expect(sockets.send({ ...message, port: -1 }, caller('a'))).rejects.toThrow('Port should be');
    await sockets.send(message, caller('a'));
    sockets.leave({ handleId }, caller('a'));
    await expect(sockets.send(message, caller('a'))).rejects.toThrow('has no shared socket');
  });

  it.each([
    {},
    { family: 'tcp', portNumber: 5000 },
    { family: 'udp4', portNumber: 0 },
    { family: 'udp4' },
    null,
  ])('is not joined with %o', async (payload) => {
    const { sockets, caller } = shared();
    await expect(sockets.join(payload, caller('a'))).rejects.toThrow('A shared socket');
  });
});

function shared() {
  const told = new Map<string, { readonly message?: unknown }[]>();
  const states = new Map<string, string>();
  const get = (id: string) =>
    ({
      notify(_name: string, payload: object) {
        if (states.get(id) === 'initialising') throw new GreenroomError('CONNECTION_NOT_READY', 'not yet');
        told.set(id, [...(told.get(id) ?? []), payload]);
      },
    }) as unknown as CompanionConnection;
  const sockets = new SharedSockets(() => ({ get }), { udp4: '127.0.0.1' });
  onTestFinished(() => sockets.close());
  return {
    sockets,
    told,
    become: (id: string, state: string) => void states.set(id, state),
    caller: (connection: string) => ({ connection, signal: new AbortController().signal }),
  };
}

async function bound() {
  const socket = createSocket('udp4');
  const packets: string[] = [];
  socket.on('message', (message) => packets.push(message.toString('latin1')));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    packets,
    send: (text: string, to: number) =>
      new Promise<void>((resolve, reject) => {
        socket.send(text, to, '127.0.0.1', (error) => (error ? reject(error) : resolve()));
      }),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        socket.close(() => resolve());
      }),
  };
}

async function freePort(): Promise<number> {
  await using socket = await bound();
  return socket.port;
}
