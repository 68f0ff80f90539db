import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** What this process has and must not gather: bytes, listeners, handles, descriptors, temporary files. Needs --expose-gc; Linux for descriptors. */
export async function figures() {
  // Finalizers run between two collections.
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc();
    await wait(10);
  }
  const { heapUsed, rss, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  return {
    heap: heapUsed,
    external,
    rss,
    timers: resources.filter((name) => name === 'Timeout' || name === 'Immediate').length,
    handles: resources.filter((name) => name !== 'Timeout' && name !== 'Immediate').length,
    descriptors: entries('/proc/self/fd'),
    temporary: entries(tmpdir()),
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

function entries(folder) {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}
