import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { readProcess } from '../../src/process/process-table.ts';

/** The processes of a connection that live, by their environment: whatever its manager believes. The dead that nobody reaped don't count. */
export function processesOf(connection: string): number[] {
  return processesByConnection().get(connection) ?? [];
}

/** The same for all connections at once. */
export function processesByConnection(): ReadonlyMap<string, number[]> {
  const found = new Map<string, number[]>();
  for (const pid of allProcesses()) {
    const connection = connectionOf(pid);
    if (connection === undefined || !lives(pid)) continue;
    found.set(connection, [...(found.get(connection) ?? []), pid]);
  }
  return found;
}

/** Which connection a process was started for; undefined if for none, or if it is gone. */
function connectionOf(pid: number): string | undefined {
  const environment = environmentOf(pid);
  return environment['GREENROOM_CONNECTION'] ?? environment['CONNECTION_ID'];
}

/** The environment a process was started with; empty if it is gone. */
export function environmentOf(pid: number): Record<string, string> {
  const variables = read(`/proc/${pid}/environ`).split('\0');
  return Object.fromEntries(variables.filter((each) => each.includes('=')).map(nameAndValue));
}

/** True until the process ended. */
export function lives(pid: number): boolean {
  const row = readProcess(pid);
  return row !== undefined && row.state !== 'Z' && row.state !== 'X';
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
export function block(what: string, condition: () => boolean, patience = 5000): void {
  const end = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`It did not come true within ${patience} ms: ${what}.`);
  }
}

/** Every process there is. */
function allProcesses(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
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
