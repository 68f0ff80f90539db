import { setTimeout as wait } from 'node:timers/promises';
import { lives, processesOf } from './look.mjs';

/** What a host doesn't know may be true for so long. Milliseconds. */
const news = 2000;
const down = new Set(['disabled', 'misconfigured', 'backingOff']);

/** Compares what the host says with the operating system, again and again; resolves with how often. */
export async function lookAround(prefix, subjects, { isOver, hostWakesAt, fail }) {
  let looks = 0;
  for (; !isOver(); looks += 1) {
    const found = processesOf(prefix);
    for (const subject of subjects.values()) {
      const own = found.filter(({ id }) => id === subject.id);
      checkSingle(subject, own, fail);
      if (performance.now() > hostWakesAt()) checkClaim(subject, own, fail);
    }
    await wait(100);
  }
  return looks;
}

/**
 * One process at most, and where one may wait, one more of those that were started for that. They were read one after the other: only if all still live after the
 * last was seen, they lived at once.
 */
function checkSingle({ id, standby }, found, fail) {
  const started = new Set(found.flatMap(({ incarnation }) => (incarnation === 0 ? [] : [incarnation])));
  const waited = new Set(found.flatMap(({ incarnation, pid }) => (incarnation === 0 ? [pid] : [])));
  const isTooMany = started.size > 1 || started.size + waited.size > (standby ? 2 : 1);
  if (isTooMany && found.every(({ pid }) => lives(pid)))
    fail(id, `too many processes live at once: ${JSON.stringify(found)}`);
}

/** Whoever is down has no process, and whoever is ready has one. */
function checkClaim(subject, found, fail) {
  const { id, status, statusAt } = subject;
  if (status === null || performance.now() < statusAt + news) return;
  const mayWait = status.state === 'backingOff';
  const own = found.filter(({ incarnation }) => !mayWait || incarnation !== 0);
  if (down.has(status.state) && own.some(({ pid }) => lives(pid)))
    fail(id, `${status.state}, but a process lives: ${JSON.stringify(own)}`);
  if (status.state !== 'ready' || lives(status.pid)) subject.missing = Infinity;
  else subject.missing = Math.min(subject.missing, performance.now());
  if (performance.now() > subject.missing + news) fail(id, `ready, but process ${status.pid} is gone`);
}

/** What has grown more than chance explains. */
export function growth(before, after) {
  const most = { descriptors: 3, listeners: 2, temporary: 5, timers: 40, handles: 10, heap: 8 * 2 ** 20 };
  return Object.keys(most)
    .filter((name) => after[name] - before[name] > most[name])
    .map((name) => `${name} grew from ${before[name]} to ${after[name]}`);
}
