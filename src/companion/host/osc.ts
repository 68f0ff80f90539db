import { createSocket, type Socket } from 'node:dgram';
import { fieldsOf } from '../fields.ts';
import { type Address, type AddressOptions, createAddresses } from './addresses.ts';
import { oscPacket } from './osc-packet.ts';

/** Sends the OSC messages of modules. */
export interface OscSender {
  /** The payload of `send-osc` of this connection. Rejects for what is no message, when it can't be sent, and when too many of this connection wait for the addresses of their hosts. */
  send(connection: string, payload: unknown): Promise<void>;
  /** Idempotent. */
  close(): void;
}

/** Messages of one connection that may wait for the addresses of their hosts. */
const mostWaiting = 100;

/** One socket of each family for all; it is opened with the first message. */
export function createOscSender(options: AddressOptions = {}): OscSender {
  const sockets = new Map<number, Socket>();
  const addresses = createAddresses(options);
  const line = createLine();
  let isClosed = false;
  const socketOf = (family: number): Socket => {
    const socket = sockets.get(family) ?? openSocket(family);
    sockets.set(family, socket);
    return socket;
  };
  return {
    async send(connection, payload) {
      const fields = fieldsOf(payload);
      const packet = oscPacket(fields.get('path'), fields.get('args'));
      const port = portIn(fields.get('port'));
      const found = addresses(hostIn(fields.get('host')));
      // What is known already isn't waited for, so that a burst to one device is no queue.
      const { address, family } = found instanceof Promise ? await line.wait(connection, found) : found;
      if (isClosed) return;
      await new Promise<void>((resolve, reject) => {
        socketOf(family).send(packet, port, address, (error) => (error ? reject(error) : resolve()));
      });
    },
    close() {
      isClosed = true;
      for (const socket of sockets.values()) socket.close();
      sockets.clear();
    },
  };
}

function openSocket(family: number): Socket {
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4').unref();
  // What goes wrong with one message is told to the one who sends it.
  socket.on('error', () => undefined);
  // Many devices are addressed all at once; the option can't be set before the socket is bound, which the first message does.
  if (family !== 6) socket.once('listening', () => socket.setBroadcast(true));
  return socket;
}

/** Those who wait for an address, by their connections. */
function createLine() {
  const waiting = new Map<string, number>();
  return {
    async wait(connection: string, address: Promise<Address>): Promise<Address> {
      const count = waiting.get(connection) ?? 0;
      if (count >= mostWaiting)
        throw new Error(
          `${mostWaiting} OSC messages of this module wait for the addresses of their hosts already; one more was dropped.`,
        );
      waiting.set(connection, count + 1);
      try {
        return await address;
      } finally {
        const left = (waiting.get(connection) ?? 1) - 1;
        if (left > 0) waiting.set(connection, left);
        else waiting.delete(connection);
      }
    },
  };
}

function hostIn(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`OSC goes to a host with a name or an address, not ${String(value)}.`);
}

/** In the field some ports are texts. */
function portIn(value: unknown): number {
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  throw new TypeError(`OSC goes to a port from 1 to 65535, not ${String(value)}.`);
}
