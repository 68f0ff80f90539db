import { readProcess } from '../../src/process/process-table.ts';

/** True until the process ended; the dead that nobody reaped have ended. */
export function lives(pid: number): boolean {
  if (process.platform === 'linux') {
    const row = readProcess(pid);
    return row !== undefined && row.state !== 'Z' && row.state !== 'X';
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
