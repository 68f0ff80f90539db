import { randomBytes } from 'node:crypto';
import { createJanitor, type Janitor } from './janitor.ts';
import { mayHaveThreads } from './node-permissions.ts';
import { findSetpriv, underParentDeathSignal, type Command } from './parent-death.ts';

export interface GuardOptions {
  /** Linux: has the kernel kill each module process when the host is gone, through `setpriv`; about 1 ms per start. Default true. */
  readonly parentDeathSignal?: boolean | undefined;
  /** Not Windows: one small shell per manager that kills what a dead host left behind, programs that modules started included. Default true. */
  readonly janitor?: boolean | undefined;
}

/** `waiting` until the first process starts; `unavailable` when the platform lacks it, or a program it needs; `off` by option. */
export type GuardState = 'active' | 'waiting' | 'unavailable' | 'off';

/** What keeps modules from outliving their host; `docs/guarantees.md` says what each covers. */
export interface GuardStatus {
  /** The kernel kills each module process in the moment the host ends. */
  readonly parentDeathSignal: GuardState;
  /** A process outside the host kills the process groups of its modules. */
  readonly janitor: GuardState;
  /** The janitor also finds programs that left their group. */
  readonly search: GuardState;
  /** Modules on `greenroom/module` watch from a thread of their own; `partial` once one was started that lacks the permission `worker`; off where the kernel does better. */
  readonly watchdog: 'active' | 'partial' | 'off';
}

/** What is done so that no process of this manager outlives its host. No method throws. */
export interface Guards {
  readonly status: GuardStatus;
  readonly janitor: Janitor | undefined;
  /** All processes are gone; resolves when nothing of the guards is left either. */
  end(): Promise<void>;
  /** How to start this program guarded, and in which environment; to be asked right before it is started. `parent` is who starts it, by default this process. */
  guard(
    program: Command & { readonly cwd: string },
    environment: Record<string, string>,
    parent?: number,
  ): GuardedStart;
}

export interface GuardedStart {
  readonly command: Command;
  readonly environment: Record<string, string>;
}

/** Finds out what there is on this machine. */
export function createGuards(options: GuardOptions = {}): Guards {
  // The cookie by which a janitor knows the processes of its own manager.
  const run = randomBytes(16).toString('hex');
  const setpriv = options.parentDeathSignal === false ? undefined : findSetpriv(process.env['PATH']);
  const janitor = options.janitor === false || process.platform === 'win32' ? undefined : createJanitor(run);
  let isWatchdogEverywhere = true;
  return {
    janitor,
    get status() {
      return { ...statusOf(options, setpriv, janitor), watchdog: watchdogOf(setpriv, isWatchdogEverywhere) };
    },
    end: async () => janitor?.end(),
    guard(program, environment, parent = process.pid) {
      janitor?.begin();
      isWatchdogEverywhere &&= mayHaveThreads(program.args);
      const marked = { ...environment, GREENROOM_RUN: run };
      const command = setpriv && underParentDeathSignal(setpriv, program, environment['PATH']);
      if (!command) return { command: program, environment: marked };
      // Holds for the process that has this parent, and for none of its children: a module compares before it relies on it.
      return { command, environment: { ...marked, GREENROOM_GUARDED_BY: String(parent) } };
    },
  };
}

function statusOf(
  options: GuardOptions,
  setpriv: string | undefined,
  janitor: Janitor | undefined,
): Omit<GuardStatus, 'watchdog'> {
  const sweeping = janitor?.isActive ? 'active' : 'waiting';
  const sweeper = janitor ? sweeping : withoutIt(options.janitor);
  const signal = setpriv ? 'active' : withoutIt(options.parentDeathSignal);
  return {
    parentDeathSignal: signal,
    janitor: sweeper,
    search: process.platform === 'linux' ? sweeper : 'unavailable',
  };
}

function watchdogOf(setpriv: string | undefined, isEverywhere: boolean): GuardStatus['watchdog'] {
  if (setpriv !== undefined) return 'off';
  return isEverywhere ? 'active' : 'partial';
}

function withoutIt(option: boolean | undefined): GuardState {
  return option === false ? 'off' : 'unavailable';
}
