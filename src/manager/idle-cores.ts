import { availableParallelism, cpus, type CpuInfo } from 'node:os';
import { hasCpuQuota } from './cpu-quota.ts';

/** Milliseconds over which idle time is measured. */
const interval = 100;

/** What is known of the processors. */
export interface Processors {
  /** Those of the machine, with their times. */
  cpus(): readonly CpuInfo[];
  /** How many of them this process may use. */
  available(): number;
  /** Whether the operating system allows it only a share of their time. */
  hasQuota(): boolean;
}

const thisMachine: Processors = { cpus, available: availableParallelism, hasQuota: hasCpuQuota };

/**
 * Calls back a little later with how many cores' worth of time has idled meanwhile; 0 where this process may not use all of the machine, because what idles there isn't for it.
 * Keeps no process alive.
 */
export function measureIdleCores(
  onMeasured: (cores: number) => void,
  processors: Processors = thisMachine,
): void {
  const before = times(processors);
  setTimeout(() => {
    const now = times(processors);
    const all = now.all - before.all;
    const isOurs = now.cores === processors.available() && !processors.hasQuota();
    // The counters of the operating system may not have moved.
    onMeasured(isOurs && all > 0 ? ((now.idle - before.idle) / all) * now.cores : 0);
  }, interval).unref();
}

/** In milliseconds, of all cores together. */
function times(processors: Processors): { cores: number; all: number; idle: number } {
  const cores = processors.cpus();
  let [all, idle] = [0, 0];
  for (const { times: of } of cores) {
    all += of.user + of.nice + of.sys + of.idle + of.irq;
    idle += of.idle;
  }
  return { cores: cores.length, all, idle };
}
