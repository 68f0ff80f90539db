// A worker thread that looks for two live processes of one connection at the operating system, whatever its host believes.
// oxlint-disable unicorn/require-post-message-target-origin -- threads have no origin
import { readdirSync, readFileSync } from 'node:fs';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';

if (!isMainThread) watch(workerData.connection);

/** The pids of a connection's live processes, by their environment; the dead that nobody reaped don't count. Linux only. */
export function processesOf(connection) {
  return pids().filter((pid) => belongsTo(pid, connection) && lives(pid));
}

function watch(connection) {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const result = { looks: 0, doubles: [] };
  const seen = new Set();
  let stopped = false;
  parentPort.on('message', () => {
    stopped = true;
    parentPort.postMessage({ ...result, seen: [...seen] });
    parentPort.close();
  });
  const look = () => {
    if (stopped) return;
    result.looks += 1;
    const found = processesOf(connection);
    for (const pid of found) seen.add(pid);
    // They were read one after the other: only if the first still lives after the last was seen, both lived at once.
    const coexisted = found.length > 1 && found.every((pid) => belongsTo(pid, connection) && lives(pid));
    if (coexisted) result.doubles.push(found);
    Atomics.wait(pause, 0, 0, 2);
    setImmediate(look);
  };
  look();
}

function belongsTo(pid, connection) {
  return read(`/proc/${pid}/environ`).split('\0').includes(`GREENROOM_CONNECTION=${connection}`);
}

function lives(pid) {
  const stat = read(`/proc/${pid}/stat`);
  const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  return state !== '' && state !== 'Z' && state !== 'X';
}

function pids() {
  return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
