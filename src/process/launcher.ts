import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Guards, GuardState } from './guards.ts';
import { findOwnProgram } from './find-own-program.ts';
import { residentMemory } from './group-usage.ts';
import { launcherMark, LauncherLink } from './launcher-link.ts';

/** Whether a small process starts the modules: `auto` when this process has become so large that each start of its own would stall it. */
export type LauncherOption = boolean | 'auto';

/** What is true of the launcher of a manager. */
export interface LauncherStatus {
  /**
   * `waiting` until the first process that it starts; `unavailable` where the platform needs none (all but Linux), where there is no plain Node with this library's files to run it
   * (Electron, a single executable application, a bundle), or when three in a row didn't run.
   */
  readonly state: GuardState;
  /** Null without a process. */
  readonly pid: number | null;
  /** How often it died; another one starts with the next module. */
  readonly deaths: number;
}

/** Starts modules for a host in which a fork takes long. No method throws. */
export interface Launcher {
  readonly status: LauncherStatus;
  /** Who is to start the next process; undefined if the host itself. */
  next(): Pick<LauncherLink, 'start'> | undefined;
  /** All processes are gone; resolves when the launcher is too. Idempotent. */
  end(): Promise<void>;
}

/** From this resident memory on a start of its own stalls a host for about 10 ms: it copies the page tables. */
const large = 200 * 2 ** 20;

/** Where so many in a row died before they said a word, or were given up for that, the next won't do better. */
const mostMute = 3;

/** Makes the launcher of one manager; its process starts with the first module that it is needed for. */
export function createLauncher(guards: Guards, option: LauncherOption = 'auto'): Launcher {
  return new LazyLauncher(guards, option);
}

class LazyLauncher implements Launcher {
  readonly #guards: Guards;
  readonly #option: LauncherOption;
  #found: { readonly program: string | undefined } | undefined;
  #link: LauncherLink | undefined;
  /** As whom it was started. */
  #identity = '';
  /** How many in a row have died before they said a word. */
  #mute = 0;
  #deaths = 0;

  constructor(guards: Guards, option: LauncherOption) {
    this.#guards = guards;
    this.#option = option;
  }

  get status(): LauncherStatus {
    return { state: this.#state(), pid: this.#link?.pid ?? null, deaths: this.#deaths };
  }

  next(): LauncherLink | undefined {
    const program = this.#program;
    // It has kept the rights that this process may have given up since, and would start modules with them.
    if (this.#link !== undefined && this.#identity !== identity()) return undefined;
    if (program === undefined || this.#state() !== 'waiting' || !this.#isNeeded()) return this.#link;
    this.#identity = identity();
    this.#link = startLauncher(this.#guards, program, (hasWorked) => {
      this.#link = undefined;
      this.#deaths += 1;
      this.#mute = hasWorked ? 0 : this.#mute + 1;
    });
    return this.#link;
  }

  async end(): Promise<void> {
    const link = this.#link;
    await link?.end();
    if (this.#link === link) this.#link = undefined;
  }

  /** Looked for once, and not before somebody asks. */
  get #program(): string | undefined {
    this.#found ??= { program: findOwnProgram('launcher-program') };
    return this.#found.program;
  }

  #state(): GuardState {
    if (this.#option === false) return 'off';
    // Elsewhere a new process isn't a copy of this one.
    if (process.platform !== 'linux' || this.#mute >= mostMute || this.#program === undefined)
      return 'unavailable';
    return this.#link === undefined ? 'waiting' : 'active';
  }

  #isNeeded(): boolean {
    return this.#option === true || (residentMemory(process.pid) ?? 0) > large;
  }
}

/** The user and the groups of this process. */
function identity(): string {
  return [
    process.getuid?.(),
    process.geteuid?.(),
    process.getgid?.(),
    process.getegid?.(),
    process.getgroups?.(),
  ].join();
}

/** In a session of its own, so that what ends the host's terminal leaves it alone, and guarded like a module. Undefined if the operating system has no process for it. */
function startLauncher(
  guards: Guards,
  program: string,
  onDied: (hasWorked: boolean) => void,
): LauncherLink | undefined {
  const name = randomBytes(8).toString('hex');
  const own = { file: process.execPath, args: [program], cwd: '/' };
  const { command, environment } = guards.guard(own, { [launcherMark]: name });
  try {
    const launcher = spawn(command.file, command.args, {
      cwd: own.cwd,
      env: environment,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      detached: true,
    });
    launcher.on('error', () => {});
    return launcher.pid === undefined ? undefined : new LauncherLink(launcher, launcher.pid, name, onDied);
  } catch {
    return undefined;
  }
}
