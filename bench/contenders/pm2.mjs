import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { child } from './child.mjs';
import { handshakeSocket, killAndWait, readiness } from './handshake.mjs';

const token = 'ab'.repeat(32);

/** pm2 with a home of its own, so that it meets no other pm2 of the machine, and with no delay. */
export async function pm2Loop() {
  const ready = readiness();
  const socket = await handshakeSocket(token, ready.onReady);
  const home = join(socket.folder, 'pm2');
  // It reads both while it is loaded.
  process.env.PM2_HOME = home;
  process.env.PM2_DISCRETE_MODE = 'true';
  const { custom: Pm2 } = createRequire(import.meta.url)('pm2');
  const pm2 = new Pm2({ pm2_home: home, daemon_mode: true });
  await promised((done) => pm2.connect(done));
  const daemon = Number(readFileSync(join(home, 'pm2.pid'), 'utf8'));
  const first = ready.next();
  const app = {
    name: 'bench',
    script: child('handshake.mjs'),
    env: socket.environment,
    restart_delay: 0,
    min_uptime: 0,
    max_restarts: 1_000_000,
    autorestart: true,
  };
  await promised((done) => pm2.start(app, done));
  await first;
  return {
    recover: () => killAndWait(ready),
    async close() {
      await promised((done) => pm2.delete('bench', done));
      await promised((done) => pm2.killDaemon(done));
      pm2.disconnect();
      endIfThere(daemon);
      socket.close();
    },
  };
}

function promised(ask) {
  return new Promise((resolve, reject) => ask((error) => (error ? reject(error) : resolve())));
}

function endIfThere(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone as it was told.
  }
}
