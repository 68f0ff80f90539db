import respawn from 'respawn';
import { child } from './child.mjs';
import { handshake, killAndWait, readiness } from './handshake.mjs';

const token = 'ab'.repeat(32);

/** npm's respawn; `sleep` tells its milliseconds (a plain 0 counts as nothing given), undefined as it is shipped. */
export async function respawnLoop(sleep) {
  const ready = readiness();
  const first = ready.next();
  const monitor = respawn([process.execPath, child('handshake.mjs')], {
    env: { BENCH_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    maxRestarts: -1,
    kill: 1000,
    ...(sleep === undefined ? {} : { sleep }),
  });
  monitor.on('spawn', (started) => {
    started.on(
      'message',
      handshake(token, (message) => started.send(message), ready.onReady),
    );
  });
  monitor.start();
  await first;
  return {
    recover: () => killAndWait(ready),
    close: () => new Promise((resolve) => monitor.stop(resolve)),
  };
}
