import { GreenroomError } from '../errors.ts';
import { toWire } from '../companion/wire-values.ts';
import type { ModuleHost } from '../module/host.ts';
import { isState, type Late, mergeLate } from './late.ts';

/** Tells the host what a module says, and never throws into the module. */
export type Tell = (name: string, payload: object) => void;

/** Milliseconds until what a busy host could not take is tried again. */
const retryDelay = 50;
/** How many messages may wait for a host that doesn't read; states and values count once, whatever their number. */
const mostLate = 1000;

/**
 * A host that is blocked reads nothing for a while. What says how things are waits then, the newest winning, and so does the rest within bounds;
 * what is dropped beyond them is counted and told.
 */
export function createTelling(host: Pick<ModuleHost, 'notify'>): Tell {
  let late: Late[] = [];
  let dropped = 0;
  const drain = (): void => {
    while (late.length > 0 && sent(host, late[0] as Late)) late = late.slice(1);
    if (late.length > 0) return later(drain);
    if (dropped === 0) return;
    const message = `${dropped} messages of this module were dropped, because the host didn't read them in time.`;
    dropped = 0;
    tell('log-message', { level: 'warn', message });
  };
  const tell: Tell = (name, payload) => {
    const message = { name, payload };
    if (late.length === 0 && sent(host, message)) return;
    if (late.length === 0) later(drain);
    const merged = mergeLate(late, message);
    if (merged.length <= mostLate || isState(name)) late = merged;
    else dropped++;
  };
  return tell;
}

function sent(host: Pick<ModuleHost, 'notify'>, { name, payload }: Late): boolean {
  try {
    host.notify(name, toWire(payload));
  } catch (error) {
    if (error instanceof GreenroomError && error.code === 'QUEUE_FULL') return false;
    // It can't be sent today or tomorrow: too long, or no data.
    process.stderr.write(`"${name}" of this module was not sent: ${String(error)}\n`);
  }
  return true;
}

function later(work: () => void): void {
  setTimeout(work, retryDelay).unref();
}
