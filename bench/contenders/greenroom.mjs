import { createManager } from '../../dist/index.js';
import { module } from './module.mjs';

/** A connection of a manager with all that belongs to it: deadlines, cancelling, errors, settled exactly once. */
export async function greenroom() {
  const manager = createManager({ policy: { heartbeat: { interval: 0 } } });
  const connection = manager.add({ id: 'bench', module: module('echo-greenroom.mjs') });
  await connection.waitFor('ready', { timeout: 20_000 });
  return {
    ask: (payload) => connection.call('echo', payload),
    notify: (payload) => connection.notify('tick', payload),
    async drained() {
      await new Promise(setImmediate);
      await connection.drained();
    },
    askBytes: (bytes) => connection.call('echo', bytes),
    close: () => manager.stop(),
  };
}
