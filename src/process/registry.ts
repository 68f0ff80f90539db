import { onExit } from 'signal-exit';
import type { Clock } from '../clock.ts';
import { livingGroups } from './process-table.ts';
import { identify, killRestOfGroup, signalProcess, type EndingSignal, type ProcessIdentity } from './signals.ts';

/** One incarnation's process, as long as its exit was not seen. */
export interface RegisteredProcess {
  readonly connectionId: string;
  readonly incarnation: number;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** The hold on one process that only its owner has. */
export interface ProcessHandle {
  /** SIGTERM goes to the process, SIGKILL to its whole group. Nothing is sent once the exit was seen. */
  signal(signal: EndingSignal): void;
  /** The exit was seen: what is left of the group is killed. Idempotent. */
  exited(): void;
}

/** Knows every live process of a manager, whatever becomes of the actors that started them. No method throws. */
export interface ProcessRegistry {
  add(process: { connectionId: string; incarnation: number; pid: number }): ProcessHandle;
  /** SIGKILL to the groups of all processes of this connection. */
  kill(connectionId: string): void;
  killAll(): void;
  list(): readonly RegisteredProcess[];
  /** How many processes live. */
  readonly size: number;
  /** Resolves when no process lives any more, the other members of their groups included. */
  gone(): Promise<void>;
}

interface Entry extends RegisteredProcess {
  readonly identity: ProcessIdentity;
}

/** While it knows of a process, it kills what is left when the host ends, by whatever way lets JavaScript run; how the host ends is not changed. */
export function createProcessRegistry({ clock }: { clock: Clock }): ProcessRegistry {
  const entries = new Set<Entry>();
  const remnants = createRemnants(() => settle());
  const guard = createHostGuard(() => killAll());
  let waiting: (() => void)[] = [];

  const killAll = (): void => {
    for (const entry of entries) signalProcess(entry.identity, 'SIGKILL');
    remnants.kill();
  };
  const isEmpty = (): boolean => entries.size === 0 && remnants.isEmpty();
  const settle = (): void => {
    if (!isEmpty()) return;
    guard.release();
    for (const resolve of waiting.splice(0)) resolve();
  };
  return {
    add({ connectionId, incarnation, pid }) {
      guard.hold();
      const entry: Entry = { connectionId, incarnation, pid, startedAt: clock.now(), identity: identify(pid) };
      entries.add(entry);
      return {
        signal: (signal) => {
          if (entries.has(entry)) signalProcess(entry.identity, signal);
        },
        exited: () => {
          if (!entries.delete(entry)) return;
          remnants.add(pid);
          settle();
        },
      };
    },
    kill(connectionId) {
      for (const entry of entries) {
        if (entry.connectionId === connectionId) signalProcess(entry.identity, 'SIGKILL');
      }
    },
    killAll,
    list: () => [...entries].map(({ identity: _, ...process }) => process),
    get size() {
      return entries.size;
    },
    gone: () => (isEmpty() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

/** The groups of processes that have exited, until their last member is gone. */
function createRemnants(onGone: () => void) {
  let groups: number[] = [];
  let polling = false;
  // Nobody reports the end of a grandchild. This waits for the operating system, so it doesn't go by the manager's clock.
  const poll = (delay: number): void => {
    setTimeout(() => {
      groups = livingGroups(groups.filter(killRestOfGroup));
      polling = groups.length > 0;
      if (polling) poll(Math.min(delay * 2, 250));
      else onGone();
    }, delay);
  };
  return {
    add(leader: number): void {
      if (!killRestOfGroup(leader)) return;
      groups.push(leader);
      if (!polling) poll(5);
      polling = true;
    },
    kill(): void {
      for (const group of groups) killRestOfGroup(group);
    },
    isEmpty: () => groups.length === 0,
  };
}

/** Calls back when the host is about to end, while it is held. */
function createHostGuard(onHostExit: () => void) {
  let remove: (() => void) | undefined;
  let removal: NodeJS.Timeout | undefined;
  return {
    hold(): void {
      clearTimeout(removal);
      remove ??= onExit(onHostExit);
    },
    // Listening to all signals costs 0.15 ms each time, as much as the rest of a restart: it may well be needed again at once.
    release(): void {
      clearTimeout(removal);
      removal = setTimeout(() => {
        remove?.();
        remove = undefined;
      }, 1000).unref();
    },
  };
}
