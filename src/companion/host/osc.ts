import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { fieldsOf } from '../fields.ts';
import { oscPacket } from './osc-packet.ts';

/** Sends the OSC messages of modules. */
export interface OscSender {
  /** The payload of `send-osc`. Rejects for what is no message, and when it can't be sent. */
  send(payload: unknown): Promise<void>;
  close(): void;
}

/** One socket of each family for all; it is opened with the first message. */
export function createOscSender(): OscSender {
  const sockets = new Map<number, Socket>();
  let isClosed = false;
  const socketOf = (family: number): Socket => {
    const socket = sockets.get(family) ?? createSocket(family === 6 ? 'udp6' : 'udp4').unref();
    // What goes wrong with one message is told to the one who sends it.
    if (!sockets.has(family)) socket.on('error', () => undefined);
    sockets.set(family, socket);
    return socket;
  };
  return {
    async send(payload) {
      const fields = fieldsOf(payload);
      const packet = oscPacket(fields.get('path'), fields.get('args'));
      const port = portIn(fields.get('port'));
      const { address, family } = await lookup(String(fields.get('host')));
      if (isClosed) return;
      await new Promise<void>((resolve, reject) => {
        socketOf(family).send(packet, port, address, (error) => (error ? reject(error) : resolve()));
      });
    },
    close() {
      isClosed = true;
      for (const socket of sockets.values()) socket.close();
    },
  };
}

/** In the field some ports are texts. */
function portIn(value: unknown): number {
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  throw new TypeError(`OSC goes to a port from 1 to 65535, not ${String(value)}.`);
}
