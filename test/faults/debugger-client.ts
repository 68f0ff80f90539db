import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Stage } from './manager.ts';
import { until } from './operating-system.ts';

/** A debugger that is attached to a module. */
export interface DebuggerClient {
  /** Sends an order of the inspector's protocol and doesn't wait for the answer. */
  send(method: string): void;
  detach(): void;
}

/** Attaches to a module that was started with `--inspect=0`: at the address it has written. */
export async function attach({ journal }: Stage, connection: string): Promise<DebuggerClient> {
  const address = (): string | undefined =>
    journal.output
      .filter((output) => output.connection === connection)
      .map(({ line }) => /ws:\/\/(\S+)/.exec(line)?.[1])
      .findLast((found) => found !== undefined);
  await until('the module tells where a debugger can attach', () => address() !== undefined);
  const socket = await open(`http://${address()}`);
  onTestFinished(() => void socket.destroy());
  let id = 0;
  return {
    send: (method) => void socket.write(frame(JSON.stringify({ id: (id += 1), method }))),
    detach: () => socket.destroy(),
  };
}

// Node 20 has no WebSocket of its own; this much of one is enough to give orders.
async function open(address: string): Promise<Duplex> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': randomBytes(16).toString('base64'),
  };
  const asked = request(address, { headers }).end();
  const [, socket] = (await once(asked, 'upgrade')) as [unknown, Duplex];
  socket.on('error', () => {});
  return socket.resume();
}

/** A short text as a masked frame; the mask is all zeros. */
function frame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}
