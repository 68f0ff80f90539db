import { readFileSync, readdirSync } from 'node:fs';

export interface TestRun {
  /** The value of `GREENROOM_TEST_RUN` in the environment of the run's processes. */
  readonly cookie: string;
  /** The process that runs vitest; its own children (workers, compiler) aren't counted. */
  readonly pid: number;
}

export interface LeftoverProcess {
  readonly pid: number;
  readonly commandLine: string;
}

interface Process extends LeftoverProcess {
  readonly parent: number;
  readonly name: string;
  /** Clock ticks since boot. */
  readonly started: number;
  readonly environment: readonly string[];
}

/**
 * Lists the processes a test run started that still live: those that carry its cookie or descend from one that does, and orphaned
 * module processes younger than the run, which carry no cookie because a module's environment is an allow-list. Linux only; empty elsewhere.
 */
export function leftoverProcesses(run: TestRun): LeftoverProcess[] {
  const all = allProcesses();
  const runner = all.get(run.pid);
  const isLeft = (process: Process): boolean => {
    if (process.pid === run.pid || process.parent === run.pid) return false;
    if (hasCookie(process, run)) return true;
    const top = topModule(process, all);
    if (top === undefined) return false;
    const parent = all.get(top.parent);
    if (parent && !isReaper(parent)) return hasCookie(parent, run);
    return top.started >= (runner?.started ?? 0);
  };
  return [...all.values()].filter(isLeft).map(({ pid, commandLine }) => ({ pid, commandLine }));
}

function hasCookie(process: Process, run: TestRun): boolean {
  return process.environment.includes(`GREENROOM_TEST_RUN=${run.cookie}`);
}

function topModule(process: Process, all: ReadonlyMap<number, Process>): Process | undefined {
  if (!isModule(process)) return undefined;
  const parent = all.get(process.parent);
  return (parent && topModule(parent, all)) ?? process;
}

function isModule({ environment }: Process): boolean {
  const marks = ['GREENROOM_CONNECTION=', 'VERIFICATION_TOKEN=', 'NODE_CHANNEL_FD='];
  // vitest's own workers have a channel too, and no module gets their variables.
  if (environment.some((variable) => variable.startsWith('GREENROOM_TEST_RUN='))) return false;
  return environment.some((variable) => marks.some((mark) => variable.startsWith(mark)));
}

/** Orphans go to process 1, or to the session's systemd where there is one. */
function isReaper(process: Process): boolean {
  return process.pid === 1 || process.name === 'systemd';
}

function allProcesses(): Map<number, Process> {
  if (process.platform !== 'linux') return new Map();
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  const found = pids.map((pid) => readProcess(Number(pid))).filter((each) => each !== undefined);
  return new Map(found.map((each) => [each.pid, each]));
}

function readProcess(pid: number): Process | undefined {
  const stat = read(pid, 'stat');
  // The name is in parentheses and may itself contain spaces and parentheses.
  const nameEnd = stat.lastIndexOf(')');
  if (nameEnd < 0) return undefined;
  const fields = stat.slice(nameEnd + 2).split(' ');
  const [state, parent] = fields;
  // The dead whom nobody has reaped yet are no processes any more.
  if (state === 'Z' || state === 'X') return undefined;
  return {
    pid,
    parent: Number(parent),
    name: stat.slice(stat.indexOf('(') + 1, nameEnd),
    started: Number(fields[19]),
    environment: read(pid, 'environ').split('\0'),
    commandLine: read(pid, 'cmdline').replaceAll('\0', ' ').trim(),
  };
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It ended meanwhile, or belongs to another user.
    return '';
  }
}
