import { spawnSync } from 'node:child_process';
import { groupExists, readProcess } from './process-table.ts';

export type EndingSignal = 'SIGTERM' | 'SIGKILL';

/** Which process is meant: the pid alone may belong to another one later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As Linux tells it; undefined where it doesn't, and then it isn't compared. */
  readonly startTime: string | undefined;
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startTime: readProcess(pid)?.startTime };
}

/** SIGTERM goes to the process, SIGKILL to its whole group. Only for a process whose exit was not seen; what is gone is left alone. */
export function signalProcess(identity: ProcessIdentity, signal: EndingSignal): void {
  const { pid, startTime } = identity;
  if (startTime !== undefined && readProcess(pid)?.startTime !== startTime) return;
  if (signal === 'SIGTERM') send(pid, signal);
  else if (process.platform === 'win32') killTree(pid);
  else send(-pid, signal);
}

/** Kills what a process left behind in its group, and tells whether there was anything. Only for a process whose exit was seen. */
export function killRestOfGroup(leader: number): boolean {
  if (process.platform === 'win32' || !groupExists(leader)) return false;
  // A pid is given anew only when no group of that number is left: whoever has it now leads a group of its own.
  if (readProcess(leader)) return false;
  send(-leader, 'SIGKILL');
  return true;
}

function send(target: number, signal: EndingSignal): void {
  try {
    process.kill(target, signal);
  } catch {
    // ESRCH: it is gone, which is what was wanted. EPERM: nothing we could do; the exit that doesn't come says so.
  }
}

// Windows has no process groups, and a killed parent leaves its children alive.
function killTree(pid: number): void {
  spawnSync('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
}
