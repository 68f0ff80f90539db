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

/** Undefined when there is no such process, where there is no `/proc`, or while it can't be read. */
export function readProcess(pid: number): ProcessRow | undefined {
  return rowOf(pid, readStat(pid) ?? '');
}

function rowOf(pid: number, stat: string): ProcessRow | undefined {
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
  const stat = readStat(pid) ?? '';
  return stat[stat.lastIndexOf(')') + 2];
}

/** True until the process of this number and start time has ended with all its threads; the dead whom nobody reaped don't count. Linux only. */
export function lives(pid: number, startTime: string | undefined): boolean {
  return mayBe({ pid, startTime }, (row) => isAlive(row) || row.threads > 1);
}

/** Whether the process of this number and start time is there, and such. Nobody is taken for gone who only can't be read now, in a host without a free descriptor. */
export function mayBe(
  { pid, startTime }: { readonly pid: number; readonly startTime: string | undefined },
  isSuch: (row: ProcessRow) => boolean = () => true,
): boolean {
  const stat = readStat(pid);
  if (stat === undefined) return true;
  const row = rowOf(pid, stat);
  return row !== undefined && row.startTime === startTime && isSuch(row);
}

/** The ids of all processes; none where there is no `/proc`, or while it can't be read. */
export function allPids(): number[] {
  return readPids() ?? [];
}

/** The members of a process group that live; the dead whom nobody reaped don't count. Undefined where there is no `/proc`, or while it can't be read. */
export function membersOf(group: number): ProcessRow[] | undefined {
  return readPids()
    ?.map(readProcess)
    .filter((row) => row !== undefined)
    .filter((row) => row.group === group && isAlive(row));
}

/** Those that live, are who they were, and are still in this group. */
export function stillMembers(group: number, members: readonly ProcessRow[]): ProcessRow[] {
  return members.filter((member) => mayBe(member, (row) => row.group === group && isAlive(row)));
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

function readPids(): number[] | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return undefined;
  }
}

/** Empty when there is no such process; undefined when that can't be told. */
function readStat(pid: number): string | undefined {
  if (process.platform !== 'linux') return '';
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: it ended while it was read.
    return code === 'ENOENT' || code === 'ESRCH' ? '' : undefined;
  }
}
