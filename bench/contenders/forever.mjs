import { createRequire } from 'node:module';
import { child } from './child.mjs';
import { handshakeSocket, killAndWait, readiness } from './handshake.mjs';

const token = 'ab'.repeat(32);

/** forever-monitor, without the pauses it makes by default. */
export async function forever() {
  const { Monitor } = createRequire(import.meta.url)('forever-monitor');
  const ready = readiness();
  const socket = await handshakeSocket(token, ready.onReady);
  const first = ready.next();
  const monitor = new Monitor(child('handshake.mjs'), {
    silent: true,
    minUptime: 0,
    spinSleepTime: 0,
    command: process.execPath,
    cwd: socket.folder,
    env: socket.environment,
  });
  monitor.on('error', () => {});
  monitor.start();
  await first;
  return {
    recover: () => killAndWait(ready),
    async close() {
      const stopped = new Promise((resolve) => monitor.once('stop', resolve));
      monitor.stop();
      await stopped;
      socket.close();
    },
  };
}
