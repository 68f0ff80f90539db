/** Milliseconds between two looks. */
const interval = 250;

/** Who started this process, and whether the kernel ends it together with them. */
export interface Parent {
  readonly pid: number;
  readonly endsUs: boolean;
}

/** Reads it as early as possible: once the parent is gone it can't be told any more. */
export function takeParent(environment: NodeJS.ProcessEnv): Parent {
  const guard = environment['GREENROOM_GUARDED_BY'];
  delete environment['GREENROOM_GUARDED_BY'];
  // A program between the host and us may have got the guard in our place.
  return { pid: process.ppid, endsUs: guard === String(process.ppid) };
}

/**
 * Ends this process, within half a second, when its parent is gone, also while the module keeps the event loop busy: a thread of its own looks
 * after the parent. Does nothing where the kernel does that, for a thread costs about as much as starting Node: 30 ms of CPU and 8 MB.
 * @throws what Node throws when the process may have no threads (`--permission` without `--allow-worker`).
 */
export function startWatchdog({ pid, endsUs }: Parent): void {
  if (endsUs) return;
  // Not imported, because to load it takes a millisecond, and most processes need no thread.
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(thread, {
    eval: true,
    workerData: { parent: pid, interval, onWindows: process.platform === 'win32' },
    env: {},
    execArgv: [],
  });
  worker.on('error', () => {});
  worker.unref();
}

// A text, because a module that was bundled into one file has no other file to start. A signal, because `process.exit` ends only the thread.
// On Windows a process keeps the number of its parent when that is gone.
const thread = `
const { workerData: { parent, interval, onWindows } } = require('node:worker_threads');
const exists = () => {
  try {
    return process.kill(parent, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
};
const isGone = onWindows ? () => !exists() : () => process.ppid !== parent;
setInterval(() => {
  if (isGone()) process.kill(process.pid, 'SIGKILL');
}, interval);
`;
