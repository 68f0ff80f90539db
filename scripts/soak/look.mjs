import { readdirSync, readFileSync } from 'node:fs';

/** Names the connection in the environment of each process that is started for it, also of one that only waits. */
export const mark = 'SOAK_CONNECTION';

/** All living processes of connections whose id begins so: id, incarnation (0 for one that was started to wait) and pid, as the operating system has them. Linux only. */
export function processesOf(prefix) {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      const environment = read(pid, 'environ').split('\0');
      const value = (name) => environment.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
      const id = value(mark);
      if (!id?.startsWith(prefix) || !lives(pid)) return [];
      return [{ id, incarnation: Number(value('GREENROOM_INCARNATION')), pid: Number(pid) }];
    });
}

/** The dead whom nobody has reaped yet don't live. */
export function lives(pid) {
  const stat = read(pid, 'stat');
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
