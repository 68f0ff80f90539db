import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Address } from '../../src/companion/host/addresses.ts';
import { createOscSender } from '../../src/companion/host/osc.ts';
import { CompanionHost } from '../../src/companion/index.ts';
import type { CompanionManager, ManagerNews } from '../../src/companion/host/watchable.ts';
import { handClock } from './hand-clock.ts';

const polling = { timeout: 10_000, interval: 5 };

describe('A sender of OSC', () => {
  it('looks a host up once for all who ask meanwhile, and again when the answer is old', async () => {
    const { sender, asked, answer, pass } = sending();
    const device = await bound();
    const send = (path: string) => sender.send('lamp', { host: 'desk', port: device.port, path });
    const sent = ['/1', '/2', '/3'].map(send);
    expect(asked).toEqual(['desk']);
    answer('desk', { address: '127.0.0.1', family: 4 });
    await Promise.all(sent);
    await send('/4');
    await vi.waitFor(() => expect(device.paths).toEqual(['/1', '/2', '/3', '/4']), polling);
    expect(asked).toEqual(['desk']);
    pass(60_000);
    const again = send('/5');
    expect(asked).toEqual(['desk', 'desk']);
    answer('desk', { address: '127.0.0.1', family: 4 });
    await again;
  });

  it('asks no more for a while for a host that has no address', async () => {
    const { sender, asked, answer, pass } = sending();
    const send = () => sender.send('lamp', { host: 'nowhere', port: 9, path: '/a' });
    const first = send();
    answer('nowhere', new Error('ENOTFOUND'));
    await expect(first).rejects.toThrow('ENOTFOUND');
    await expect(send()).rejects.toThrow('ENOTFOUND');
    expect(asked).toHaveLength(1);
    pass(10_000);
    const later = send();
    expect(asked).toHaveLength(2);
    answer('nowhere', new Error('ENOTFOUND'));
    await expect(later).rejects.toThrow('ENOTFOUND');
  });

  it('lets a hundred messages of a connection wait for addresses, and drops none that knows where to go', async () => {
    const { sender, answer } = sending();
    const device = await bound();
    const to = (host: string) => ({ host, port: device.port, path: '/a' });
    const slow = Array.from({ length: 100 }, (_, at) => sender.send('lamp', to(`host-${at}`)));
    await expect(sender.send('lamp', to('one-more'))).rejects.toThrow('100 OSC messages of this module wait');
    const other = sender.send('desk', to('host-0'));
    await Promise.all(Array.from({ length: 150 }, () => sender.send('lamp', to('127.0.0.1'))));
    for (let at = 0; at < 100; at++) answer(`host-${at}`, { address: '127.0.0.1', family: 4 });
    await Promise.all([...slow, other]);
    await sender.send('lamp', to('host-1'));
  });

  it('reaches all devices of a network at once', async () => {
    const { sender } = sending();
    const device = await bound('127.255.255.255');
    await sender.send('lamp', { host: '127.255.255.255', port: device.port, path: '/all' });
    await vi.waitFor(() => expect(device.paths).toEqual(['/all']), polling);
  });

  it.each([undefined, null, '', 5])('sends nothing to the host %o', async (host) => {
    const { sender, asked } = sending();
    await expect(sender.send('lamp', { host, port: 9, path: '/a' })).rejects.toThrow('a name or an address');
    expect(asked).toEqual([]);
  });

  it('is closed as often as anybody likes', async () => {
    const { sender, answer } = sending();
    await sender.send('lamp', { host: '127.0.0.1', port: 9, path: '/a' });
    const waiting = sender.send('lamp', { host: 'late', port: 9, path: '/a' });
    sender.close();
    sender.close();
    answer('late', { address: '127.0.0.1', family: 4 });
    await waiting;
  });
});

describe('A host', () => {
  it('tells what OSC of a module is lost once a second, with how much it was, and ends twice without harm', async () => {
    const problems: unknown[] = [];
    const time = handClock();
    const host = new CompanionHost({
      clock: time.clock,
      onProblem: (connection, error) => problems.push([connection, (error as Error).message]),
    });
    const { manager, say } = played();
    host.attach(manager);
    const fail = async (): Promise<void> => {
      say('send-osc', { host: '127.0.0.1', port: 0, path: '/a' });
      await new Promise(setImmediate);
    };
    await fail();
    expect(problems).toEqual([['lamp', 'OSC goes to a port from 1 to 65535, not 0.']]);
    for (let times = 0; times < 500; times++) await fail();
    expect(problems).toHaveLength(1);
    time.advance(1000);
    expect(problems).toHaveLength(2);
    expect(problems[1]).toEqual(['lamp', expect.stringContaining('the last of 500 problems of this kind')]);
    await fail();
    host[Symbol.dispose]();
    host[Symbol.dispose]();
    expect(problems).toHaveLength(3);
  });
});

function sending() {
  const asked: string[] = [];
  const waiting = new Map<string, (answer: Address | Error) => void>();
  const time = handClock();
  const sender = createOscSender({
    clock: time.clock,
    lookup: (host) => {
      asked.push(host);
      return new Promise((resolve, reject) => {
        waiting.set(host, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      });
    },
  });
  onTestFinished(() => sender.close());
  const answer = (host: string, found: Address | Error): void => waiting.get(host)?.(found);
  return { sender, asked, answer, pass: time.advance };
}

async function bound(address = '127.0.0.1') {
  const socket = createSocket('udp4');
  const paths: string[] = [];
  socket.on('message', (message) => paths.push(message.subarray(0, message.indexOf(0)).toString()));
  socket.bind(0, address);
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { port: socket.address().port, paths };
}

function played() {
  const listeners = new Set<(message: ManagerNews['message']) => void>();
  const manager = {
    connections: [],
    on(name: string, listener: (message: ManagerNews['message']) => void) {
      if (name === 'message') listeners.add(listener);
      return () => undefined;
    },
  } as unknown as CompanionManager;
  const say = (name: string, payload: object): void => {
    for (const listener of listeners) listener({ connection: 'lamp', incarnation: 1, name, payload });
  };
  return { manager, say };
}
