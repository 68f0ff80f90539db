import { cpus } from 'node:os';

/** Milliseconds over which idle time is measured. */
const interval = 100;

/** Calls back a little later with how many cores' worth of time this machine has idled meanwhile. Keeps no process alive. */
export function measureIdleCores(onMeasured: (cores: number) => void): void {
  const before = times();
  setTimeout(() => {
    const now = times();
    const all = now.all - before.all;
    // The counters of the operating system may not have moved.
    onMeasured(all > 0 ? ((now.idle - before.idle) / all) * now.cores : 0);
  }, interval).unref();
}

/** In milliseconds, of all cores together. */
function times(): { cores: number; all: number; idle: number } {
  const cores = cpus();
  let [all, idle] = [0, 0];
  for (const { times: of } of cores) {
    all += of.user + of.nice + of.sys + of.idle + of.irq;
    idle += of.idle;
  }
  return { cores: cores.length, all, idle };
}
