import { createManager } from '../../dist/index.js';
import { module } from './module.mjs';

/** A connection whose module is killed, as often as one likes; `options` are the connection's own. */
export async function recoveringConnection(options = {}) {
  const manager = createManager({
    policy: { backoff: { initial: 0, most: 0 }, intensity: { crashes: Infinity } },
  });
  const connection = manager.add({ id: 'bench', module: module('module.mjs'), ...options });
  await connection.waitFor('ready', { timeout: 20_000 });
  return {
    async recover() {
      const { pid, incarnation } = connection.status;
      const recovered = connection.waitFor(
        (status) => status.state === 'ready' && status.incarnation > incarnation,
        { timeout: 20_000 },
      );
      const began = performance.now();
      process.kill(pid, 'SIGKILL');
      await recovered;
      return performance.now() - began;
    },
    close: () => manager.stop(),
  };
}
