import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** A machine is quiet while others use no more than this share of it. */
export const quiet = 0.12;
/** With a larger share of blocks that began while others were busy, nothing is said. */
export const mostNoisy = 0.25;
const look = 50;

/** Waits until the machine is quiet, for `patience` milliseconds at most, but for one look at it; resolves with whether it is. */
export async function waitForQuiet(patience) {
  const end = performance.now() + patience;
  for (;;) {
    if ((await busy()) <= quiet) return true;
    if (performance.now() > end) return false;
  }
}

async function busy() {
  const before = times();
  await wait(look);
  const after = times();
  return 1 - (after.idle - before.idle) / (after.total - before.total);
}

function times() {
  const all = cpus().map((cpu) => cpu.times);
  const idle = all.reduce((sum, each) => sum + each.idle, 0);
  const total = all.reduce(
    (sum, { user, nice, sys, idle: none, irq }) => sum + user + nice + sys + none + irq,
    0,
  );
  return { idle, total };
}
