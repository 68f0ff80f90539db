import { spawn, type ChildProcess } from 'node:child_process';
import { janitorScript } from './janitor-script.ts';
import type { ProcessIdentity } from './signals.ts';

/** Kills what a dead host left behind. No method throws. */
export interface Janitor {
  /** A process is about to start: from now on somebody looks after it, even if the host dies before it can tell of it. */
  begin(): void;
  /** This process leads a group that must not outlive the host. */
  watch(leader: ProcessIdentity): void;
  /** Nobody lives in that group any more. */
  forget(leader: number): void;
  /** Nothing is left to watch over; resolves when the janitor is gone. Idempotent. */
  end(): Promise<void>;
  /** False before there was anything to watch over, and where it can't run. */
  readonly isActive: boolean;
}

/** A shell that starts with the first process and waits for the end of the host. Not for Windows, which has no process groups. */
export function createJanitor(run: string): Janitor {
  return new Shell(run);
}

class Shell implements Janitor {
  readonly #run: string;
  readonly #leaders = new Map<number, string>();
  #shell: ChildProcess | undefined;

  constructor(run: string) {
    this.#run = run;
  }

  get isActive(): boolean {
    return this.#shell !== undefined;
  }

  begin(): void {
    if (this.#shell) return;
    this.#start();
    for (const [leader, start] of this.#leaders) this.#tell(`watch ${leader} ${start}`);
  }

  watch({ pid, startTime = '0' }: ProcessIdentity): void {
    this.#leaders.set(pid, startTime);
    this.#tell(`watch ${pid} ${startTime}`);
  }

  forget(leader: number): void {
    if (this.#leaders.delete(leader)) this.#tell(`forget ${leader}`);
  }

  async end(): Promise<void> {
    const shell = this.#shell;
    if (!shell) return;
    const gone = new Promise((resolve) => shell.once('exit', resolve));
    shell.ref();
    shell.kill('SIGKILL');
    await gone;
  }

  /** Without a janitor the host goes on; the next process that starts brings another attempt. */
  #start(): void {
    try {
      const shell = startShell(this.#run);
      shell.on('error', () => {});
      shell.stdin?.on('error', () => {});
      if (shell.pid === undefined) return;
      shell.once('exit', () => {
        if (this.#shell === shell) this.#shell = undefined;
      });
      this.#shell = shell;
    } catch {
      this.#shell = undefined;
    }
  }

  #tell(line: string): void {
    this.#shell?.stdin?.write(`${line}\n`);
  }
}

/** It is in a session of its own, so that what ends the host's terminal or group leaves it alone; and it doesn't keep the host from ending. */
function startShell(run: string): ChildProcess {
  const { PATH = '/usr/bin:/bin' } = process.env;
  const shell = spawn('/bin/sh', ['-c', janitorScript, 'greenroom-janitor', run], {
    cwd: '/',
    env: { PATH },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  (shell.stdin as { unref?: () => void } | null)?.unref?.();
  return shell;
}
