import { readdirSync, readFileSync } from 'node:fs';
import { environmentOf, lives } from '../../faults/operating-system.ts';

/** A module process that this process has started and that lives. */
export interface Child {
  readonly pid: number;
  readonly connection: string;
  readonly incarnation: number;
}

/** The living module processes among the children of this process, as the operating system has them: a quick look, which can be had often. */
export function childModules(): Child[] {
  return children().flatMap((pid) => {
    const { GREENROOM_CONNECTION: connection, GREENROOM_INCARNATION: incarnation } = environmentOf(pid);
    if (connection === undefined || !lives(pid)) return [];
    return [{ pid, connection, incarnation: Number(incarnation) }];
  });
}

function children(): number[] {
  const threads = readdirSync('/proc/self/task');
  return threads.flatMap((thread) =>
    read(`/proc/self/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  );
}

// A thread may end while it is read about.
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
