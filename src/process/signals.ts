import { spawnSync } from 'node:child_process';
import {
  groupExists,
  mayBe,
  membersOf,
  readProcess,
  stillMembers,
  type ProcessRow,
} from './process-table.ts';

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
  if (startTime !== undefined && !mayBe(identity)) return;
  if (signal === 'SIGTERM') send(pid, signal);
  else if (process.platform === 'win32') killTree(pid);
  else send(-pid, signal);
}

/** What is left of the group of a process whose exit was seen. */
export interface RestOfGroup {
  readonly leader: number;
  /** Undefined where the operating system doesn't tell, or as long as it didn't. */
  readonly members: readonly ProcessRow[] | undefined;
}

/** Looks at once after its exit who is left of a process's group; undefined if nobody is. */
export function restOfGroup(leader: number): RestOfGroup | undefined {
  if (process.platform === 'win32' || !groupExists(leader)) return undefined;
  // A pid is given anew only when no group of that number is left: whoever has it now leads a group of its own.
  if (readProcess(leader)) return undefined;
  const members = membersOf(leader);
  return members?.length === 0 ? undefined : { leader, members };
}

/**
 * Kills who is left of a group, and returns those who live on. One who was there before proves that the number is still the group's; nobody joins it after the
 * first SIGKILL, because a fork doesn't complete with one pending.
 */
export function killRestOfGroup({ leader, members }: RestOfGroup): RestOfGroup | undefined {
  if (!groupExists(leader) || readProcess(leader)) return undefined;
  const left = members ? stillMembers(leader, members) : membersOf(leader);
  if (left?.length === 0) return undefined;
  send(-leader, 'SIGKILL');
  return { leader, members: left };
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
