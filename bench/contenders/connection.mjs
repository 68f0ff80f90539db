import { createManager } from '../../dist/index.js';
import { module } from './module.mjs';

/** A connection whose module is killed, as often as one likes; `options` are the connection's own. With standby it is killed when a spare waits. */
export async function recoveringConnection(options = {}) {
  const manager = createManager({
    // Each restart is the first of a module that had been stable.
    policy: { backoff: { forgetAfter: 1 }, intensity: { crashes: Infinity } },
  });
  const connection = manager.add({ id: 'bench', module: module('module.mjs'), ...options });
  await connection.waitFor('ready', { timeout: 20_000 });
  const isCovered = options.policy?.standby === true;
  return {
    settled: () =>
      connection.waitFor(
        ({ state, spare, attempt }) => state === 'ready' && attempt === 0 && (spare !== null || !isCovered),
        { timeout: 20_000 },
      ),
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
