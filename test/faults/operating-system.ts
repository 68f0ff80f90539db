import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { readProcess } from '../../src/process/process-table.ts';

/** The processes of a connection that live, by their environment: whatever its manager believes. The dead that nobody reaped don't count. */
export function processesOf(connection: string): number[] {
  return allModules()
    .filter((module) => module.connection === connection)
    .map(({ pid }) => pid);
}

/** The processes that live and were started with this value of a variable. */
export function processesMarked(name: string, value: string): number[] {
  return allProcesses().filter((pid) => environmentOf(pid)[name] === value && lives(pid));
}

/**
 * How many incarnations of each connection live. A program that an incarnation has started is a part of it. The environment of a process that was started to wait doesn't say
 * whose it became; `owners` does, by pid.
 */
export function incarnationsByConnection(
  owners: ReadonlyMap<number, string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { pid, ...started } of allModules()) {
    const hasWaited = started.incarnation === '0';
    const connection = hasWaited ? owners.get(pid) : started.connection;
    const incarnation = hasWaited ? `taken as ${pid}` : started.incarnation;
    if (connection !== undefined)
      found.set(connection, (found.get(connection) ?? new Set()).add(incarnation));
  }
  return found;
}

interface ModuleProcess {
  readonly pid: number;
  readonly connection: string;
  /** Its number, or its token where the protocol doesn't tell a process its number. */
  readonly incarnation: string;
}

const marks = /\0?(?:GREENROOM_CONNECTION|CONNECTION_ID)=/;

function allModules(): ModuleProcess[] {
  return allProcesses().flatMap((pid) => {
    // Most processes have nothing to do with us, and this is asked hundreds of times a second.
    if (!marks.test(read(`/proc/${pid}/environ`))) return [];
    const environment = environmentOf(pid);
    const connection = environment['GREENROOM_CONNECTION'] ?? environment['CONNECTION_ID'];
    const incarnation = environment['GREENROOM_INCARNATION'] ?? environment['VERIFICATION_TOKEN'];
    if (connection === undefined || incarnation === undefined || !lives(pid)) return [];
    return [{ pid, connection, incarnation }];
  });
}

/** The environment a process was started with; empty if it is gone. */
export function environmentOf(pid: number): Record<string, string> {
  const variables = read(`/proc/${pid}/environ`).split('\0');
  return Object.fromEntries(variables.filter((each) => each.includes('=')).map(nameAndValue));
}

/** True until the process ended, with all its threads: a killed one first loses its main thread, and its files stay open until the last. */
export function lives(pid: number): boolean {
  const row = readProcess(pid);
  if (row === undefined) return false;
  return (row.state !== 'Z' && row.state !== 'X') || threadsOf(pid) > 1;
}

/** Resolves when the condition holds; rejects, saying what didn't come true, when it doesn't within `patience` milliseconds (default 10 000). */
export async function until(what: string, condition: () => boolean, patience = 10_000): Promise<void> {
  const end = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`It did not come true within ${patience} ms: ${what}.`);
    await wait(5);
  }
}

/** Holds this process until the condition holds, so that it can't learn of anything meanwhile. */
export function block(what: string, condition: () => boolean, patience = 15_000): void {
  const end = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`It did not come true within ${patience} ms: ${what}.`);
  }
}

function allProcesses(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function threadsOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    return 0;
  }
}

function nameAndValue(variable: string): [string, string] {
  const end = variable.indexOf('=');
  return [variable.slice(0, end), variable.slice(end + 1)];
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended meanwhile, or belongs to another user.
    return '';
  }
}
