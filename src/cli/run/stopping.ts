import { constants } from 'node:os';
import type { Manager } from '../../index.ts';
import type { Tell } from './news.ts';

const remindInterval = 1000;
// One Ctrl+C may come twice: npm passes on what the terminal has sent to its whole process group.
const echo = 300;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How it came to an end. */
export interface Ending {
  readonly why: 'reader gone' | (typeof signals)[number];
  /** The second signal came before everything had stopped in order. */
  readonly forced: boolean;
}

/** What ends a run from outside: the first signal stops everything in order, the second kills it. */
export interface Endings {
  /** Aborted by the first of them. */
  readonly signal: AbortSignal;
  readonly ending: Ending | null;
  /** Stops everything and says what is being waited for; resolves when no process is left. */
  stop(why: string): Promise<void>;
}

export function watchForEndings(manager: Manager, tell: Tell): Endings {
  const abort = new AbortController();
  let ending: Ending | null = null;
  let stopping: Promise<void> | undefined;
  const endings = {
    signal: abort.signal,
    get ending() {
      return ending;
    },
    stop: (why: string) => (stopping ??= stopAll(manager, tell, why)),
  };
  let firstAt = Number.NEGATIVE_INFINITY;
  const onSignal = (why: Ending['why']): void => {
    const isSecond = stopping !== undefined;
    if (isSecond && Date.now() - firstAt < echo) return;
    firstAt = Date.now();
    ending = { why, forced: isSecond };
    if (isSecond) {
      tell({ event: 'stopping', why, force: true });
      void manager.stop({ force: true });
    }
    abort.abort();
  };
  for (const signal of signals) process.on(signal, () => onSignal(signal));
  let hasWarned = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A terminal whose window was closed says EIO.
    const isGone = error.code === 'EPIPE' || error.code === 'EIO';
    if (isGone && stopping === undefined) onSignal('reader gone');
    if (isGone || hasWarned || ending?.why === 'reader gone') return;
    hasWarned = true;
    // A full disk costs lines; the modules have no part in that.
    process.emitWarning(`Lines are lost while stdout can't be written: ${error.message}`, 'GreenroomWarning');
  });
  return endings;
}

/** The exit code of a process that a signal ended, as shells have it: 130 for SIGINT, 143 for SIGTERM. */
export function exitCodeOf(signal: (typeof signals)[number]): number {
  return 128 + constants.signals[signal];
}

async function stopAll(manager: Manager, tell: Tell, why: string): Promise<void> {
  tell({ event: 'stopping', why, force: false });
  const reminder = setInterval(() => {
    for (const { id, state, step, pid, alive } of manager.status.connections) {
      if (alive) tell({ event: 'waiting', connection: id, state, step, pid });
    }
  }, remindInterval);
  await manager.stop();
  clearInterval(reminder);
}
