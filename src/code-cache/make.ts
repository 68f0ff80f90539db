import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { createManager, nodeModule } from '../index.ts';
import { cachesOff, findCodeCache } from '../native/code-cache.ts';

// Makes the code cache of what modules load, for the Node that runs this: docs/decisions/0020.
const { script, cache } = await findCodeCache();
if (!existsSync(cache)) await make(`${cache}.${process.pid}`);

/** One module lives as modules do, so that what is kept is what they run, and leaves the cache behind. */
async function make(made: string): Promise<void> {
  // Its own module must not have it made once more.
  process.env[cachesOff] = '1';
  const manager = createManager();
  try {
    const rehearsal = nodeModule({
      path: path.join(import.meta.dirname, 'rehearse.js'),
      args: [script, made],
      permissions: 'off',
    });
    const connection = manager.add({ id: 'rehearsal', module: rehearsal });
    await connection.waitFor('ready', { timeout: 10_000 });
    await connection.call('answer', {});
    await manager.stop();
    // At once: a process that starts meanwhile finds all of it, or nothing.
    await rename(made, cache);
  } finally {
    await manager.stop({ force: true });
    await rm(made, { force: true });
  }
}
