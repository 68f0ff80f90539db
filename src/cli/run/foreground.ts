import { readFileSync } from 'node:fs';

/** Whether the terminal is this process's to draw on: not while it runs in the background of a shell. True where the system doesn't tell. */
export function isInForeground(): boolean {
  try {
    // After the name, which is in parentheses and may hold some: state, parent, process group, session, terminal, its foreground group.
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(foreground) <= 0 || foreground === group;
  } catch {
    return true;
  }
}
