import { readFileSync, readdirSync } from 'node:fs';

/** What Linux says about a process. */
export interface ProcessRow {
  readonly pid: number;
  /** One letter; `Z` and `X` are dead and only wait to be reaped. */
  readonly state: string;
  readonly parent: number;
  /** The id of its process group. */
  readonly group: number;
  /** In clock ticks since boot, as text. Together with the pid it names one process for good. */
  readonly startTime: string;
  /** Processor time it used, in clock ticks. */
  readonly ticks: number;
  /** Its resident memory, in pages. */
  readonly pages: number;
  readonly threads: number;
  /** The kernel is ending it, or has: it runs nothing any more. */
  readonly isEnding: boolean;
}

/** Undefined when there is no such process, or where there is no `/proc`. */
export function readProcess(pid: number): ProcessRow | undefined {
  const stat = readStat(pid);
  // The program's name comes in parentheses and may contain spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  const startTime = fields[19];
  if (state === undefined || group === undefined || startTime === undefined) return undefined;
  const ticks = Number(fields[11]) + Number(fields[12]);
  const threads = Number(fields[17]);
  const pages = Number(fields[21]);
  // PF_EXITING of the kernel's sched.h.
  const isEnding = (Number(fields[6]) & 0x4) !== 0;
  return {
    pid,
    state,
    parent: Number(parent),
    group: Number(group),
    startTime,
    ticks,
    pages,
    threads,
    isEnding,
  };
}

/** Its state as in `ProcessRow`, without the rest. */
export function stateOfProcess(pid: number): string | undefined {
  const stat = readStat(pid);
  return stat[stat.lastIndexOf(')') + 2];
}

/** True until the process of this number and start time has ended with all its threads; the dead whom nobody reaped don't count. Linux only. */
export function lives(pid: number, startTime: string | undefined): boolean {
  const row = readProcess(pid);
  return row?.startTime === startTime && row !== undefined && (isAlive(row) || row.threads > 1);
}

/** The ids of all processes; none where there is no `/proc`. */
export function allPids(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** The members of a process group that live; the dead whom nobody reaped don't count. Undefined where there is no `/proc`. */
export function membersOf(group: number): ProcessRow[] | undefined {
  if (process.platform !== 'linux') return undefined;
  return allProcesses().filter((row) => row.group === group && isAlive(row));
}

/** Those that live, are who they were, and are still in this group. */
export function stillMembers(group: number, members: readonly ProcessRow[]): ProcessRow[] {
  return members.filter(({ pid, startTime }) => {
    const now = readProcess(pid);
    return now?.startTime === startTime && now.group === group && isAlive(now);
  });
}

/** True while the group has members, dead or alive, that we may signal. POSIX only. */
export function groupExists(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

function isAlive({ state }: ProcessRow): boolean {
  return state !== 'Z' && state !== 'X';
}

function allProcesses(): ProcessRow[] {
  return allPids()
    .map(readProcess)
    .filter((row) => row !== undefined);
}

function readStat(pid: number): string {
  if (process.platform !== 'linux') return '';
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
