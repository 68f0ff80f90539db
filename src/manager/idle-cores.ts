import { cpus } from 'node:os';

/** Tells how many cores' worth of time this machine idled since it was asked before; the first answer counts from now. Above 0 where nothing is measured, never. */
export function createIdleCores(): () => number {
  let before = times();
  return () => {
    const now = times();
    const [all, idle] = [now.all - before.all, now.idle - before.idle];
    before = now;
    return all <= 0 ? 0 : (idle / all) * now.cores;
  };
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
