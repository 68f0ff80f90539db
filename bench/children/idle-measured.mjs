import { setTimeout as wait } from 'node:timers/promises';

/**
 * What so many of something take of the heap each, and all together of a core, once they are started and have had some seconds of rest: in the first minute a host
 * compiles what beats, and collects what the starts left, and that is most of what it does.
 */
export async function measured({ count, rest, seconds, start }) {
  const before = heap();
  await start();
  await wait(rest * 1000);
  const kilobytes = (heap() - before) / count / 1024;
  const cpu = process.cpuUsage();
  const began = performance.now();
  await wait(seconds * 1000);
  const { user, system } = process.cpuUsage(cpu);
  return { kilobytes, percent: ((user + system) / 1000 / (performance.now() - began)) * 100 };
}

function heap() {
  for (let time = 0; time < 4; time += 1) globalThis.gc();
  return process.memoryUsage().heapUsed;
}
