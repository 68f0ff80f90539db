import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The host's part of the handshake of `children/handshake.mjs`; calls back with the pid of a child that has come through it. */
export function handshake(token, say, onReady) {
  let pid;
  return (message) => {
    if (message.type === 'register' && message.token === token) {
      ({ pid } = message);
      say({ type: 'registered' });
      say({ type: 'init', config: {} });
    } else if (message.type === 'initialised') onReady(pid);
  };
}

/** For children whose supervisor can't pass messages on: they come to this socket. */
export async function handshakeSocket(token, onReady) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const path = join(folder, 'socket');
  const server = createServer((socket) => {
    let rest = '';
    const hear = handshake(token, (message) => socket.write(`${JSON.stringify(message)}\n`), onReady);
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) hear(JSON.parse(line));
    });
  }).listen(path);
  await once(server, 'listening');
  return {
    environment: { BENCH_SOCKET: path, BENCH_TOKEN: token },
    folder,
    close() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Says who is ready, to whoever waits for it. */
export function readiness() {
  let ready;
  let tell;
  return {
    onReady: (pid) => {
      ready = pid;
      tell?.(pid);
    },
    get pid() {
      return ready;
    },
    next: () =>
      new Promise((resolve) => {
        tell = resolve;
      }),
  };
}

/** Kills what is ready, and resolves with the milliseconds until the next one is. */
export async function killAndWait({ next, pid }) {
  const recovered = next();
  const began = performance.now();
  process.kill(pid, 'SIGKILL');
  await recovered;
  return performance.now() - began;
}
