import { readFileSync } from 'node:fs';
import { allPids } from './process-table.ts';

/** Kills all processes that carry one of these variables, such as `NAME=value`, in their environment; says how many there were. None where there is no `/proc`. */
export function killMarked(variables: ReadonlySet<string>): number {
  let found = 0;
  for (const pid of allPids()) {
    if (pid === process.pid || !isMarked(pid, variables)) continue;
    found += 1;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended in this moment.
    }
  }
  return found;
}

function isMarked(pid: number, variables: ReadonlySet<string>): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .some((variable) => variables.has(variable));
  } catch {
    // It is gone, or another user's.
    return false;
  }
}
