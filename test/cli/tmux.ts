import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** Whether there is a tmux. CI has to have one; elsewhere the tests that need it are left out, and say so. */
export const hasTmux = isThere();

const patience = 30_000;

export interface Size {
  readonly columns: number;
  readonly lines: number;
}

/** A terminal as people have it, as large as it is wanted, which lasts as long as the test. */
export class Terminal {
  readonly #server = `greenroom-${randomUUID()}`;

  /** Runs a command line of the shell in it; it stays to be looked at when that has ended. */
  static open(line: string, { columns, lines }: Size, env: Readonly<Record<string, string>> = {}): Terminal {
    const terminal = new Terminal();
    onTestFinished(() => terminal.close());
    const settings = [
      ['set', '-g', 'status', 'off'],
      ['set', '-g', 'remain-on-exit', 'on'],
      ['set', '-g', 'default-terminal', 'tmux-256color'],
    ];
    const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    const session = ['new-session', '-d', '-x', String(columns), '-y', String(lines), ...variables, line];
    terminal.#tmux(
      ['start-server', ...settings.flatMap((setting) => [';', ...setting]), ';', ...session],
      true,
    );
    return terminal;
  }

  /** What is to be seen, line by line. */
  get lines(): string[] {
    return this.#tmux(['capture-pane', '-p']).split('\n').slice(0, -1);
  }

  get text(): string {
    return this.lines.join('\n');
  }

  /** The same with its colours. */
  get colours(): string {
    return this.#tmux(['capture-pane', '-e', '-p']);
  }

  /** The other screen is the one that programs draw on which fill the terminal. */
  get state(): { otherScreen: boolean; cursor: boolean } {
    const format = '#{alternate_on} #{cursor_flag}';
    const [other, cursor] = this.#tmux(['display-message', '-p', format]).trim().split(' ');
    return { otherScreen: other === '1', cursor: cursor === '1' };
  }

  /** The child of the shell that it was opened with, if that is one. */
  get child(): number {
    const shell = this.#tmux(['display-message', '-p', '#{pane_pid}']).trim();
    return Number(spawnSync('pgrep', ['-P', shell], { encoding: 'utf8' }).stdout);
  }

  resize({ columns, lines }: Size): void {
    this.#tmux(['resize-window', '-x', String(columns), '-y', String(lines)]);
  }

  /** Keys as tmux calls them: `C-c`, `Enter`. */
  press(...keys: readonly string[]): void {
    this.#tmux(['send-keys', ...keys]);
  }

  /** Resolves with what is to be seen when it fits. */
  async until(fits: (text: string) => boolean, what: string): Promise<string> {
    for (const end = Date.now() + patience; Date.now() < end; await wait(50)) {
      const { text } = this;
      if (fits(text)) return text;
    }
    throw new Error(`${patience / 1000} s were over before ${what}. The terminal shows:\n${this.text}`);
  }

  /** Closes it as one closes a window. */
  close(): void {
    this.#tmux(['kill-server']);
  }

  #tmux(args: readonly string[], isFirst = false): string {
    const own = ['-L', this.#server, ...(isFirst ? ['-f', '/dev/null'] : [])];
    const env = withoutWishes(process.env);
    const { stdout, stderr, status } = spawnSync('tmux', [...own, ...args], { encoding: 'utf8', env });
    if (status !== 0 && args[0] !== 'kill-server')
      throw new Error(`tmux ${args.join(' ')} failed: ${stderr}`);
    return stdout;
  }
}

/** Only what a test says decides about colours; vitest sets variables of its own. */
function withoutWishes({ FORCE_COLOR: _force, NO_COLOR: _no, TMUX: _tmux, ...env }: NodeJS.ProcessEnv) {
  // A shell of somebody's home would bring its own settings.
  return { ...env, SHELL: '/bin/sh', LC_ALL: 'C.UTF-8' };
}

function isThere(): boolean {
  if (spawnSync('tmux', ['-V']).status === 0) return true;
  if (process.env['CI']) throw new Error('These tests need tmux. Install it.');
  console.warn('\n  NO TMUX: the tests of the live table are left out. Install tmux.\n');
  return false;
}
