import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { builtPath } from '../built.ts';

export const root = join(import.meta.dirname, '..', '..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface JsonEvent {
  readonly event: string;
  readonly time: string;
  readonly [key: string]: unknown;
}

/** One call of the built command. */
export class Command {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  #stderr = '';
  readonly #watchers = new Set<() => void>();

  constructor(process: ChildProcess) {
    this.process = process;
    process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      for (const watch of this.#watchers) watch();
    });
    process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    this.ended = new Promise((resolve) => {
      process.on('close', (code) => {
        resolve({ code, stdout: this.stdout, stderr: this.#stderr });
        for (const watch of this.#watchers) watch();
      });
    });
  }

  /** The events of `--json` so far; a line that is still being written doesn't count. */
  get events(): JsonEvent[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as JsonEvent);
  }

  /** Resolves with the first event that has these values. */
  async event(wanted: Readonly<Record<string, unknown>>): Promise<JsonEvent> {
    const fits = (event: JsonEvent): boolean =>
      Object.entries(wanted).every(([key, value]) => event[key] === value);
    await this.until(() => this.events.some(fits), JSON.stringify(wanted));
    return this.events.find(fits)!;
  }

  until(condition: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = Date.now() + 20_000;
      const clock = setInterval(() => watch(), 1000);
      const watch = (): void => {
        if (condition()) resolve();
        else if (this.process.stdout?.readableEnded || Date.now() > end) {
          reject(
            new Error(
              `The command ended, or 20 s were over, before ${what}. It wrote:\n${this.stdout}${this.#stderr}`,
            ),
          );
        } else return;
        clearInterval(clock);
        this.#watchers.delete(watch);
      };
      this.#watchers.add(watch);
      watch();
    });
  }
}

/** Starts the built command; it is ended with the test, which must not be a concurrent one. */
export async function start(args: readonly string[], options: StartOptions = {}): Promise<Command> {
  const command = await begin(args, options);
  onTestFinished(async () => {
    if (command.process.exitCode === null) command.process.kill('SIGTERM');
    await command.ended;
  });
  return command;
}

/** Runs the built command to its end. */
export async function greenroom(...args: readonly string[]): Promise<Ended> {
  return (await begin(args)).ended;
}

interface StartOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** Where its stdout goes, if not to the test. */
  readonly stdout?: number;
}

/** Starts the built command; whoever calls sees to its end. */
export async function begin(
  args: readonly string[],
  { cwd = root, env = {}, stdout }: StartOptions = {},
): Promise<Command> {
  const main = join(await builtPath(), 'cli', 'main.js');
  const stdio = ['pipe', stdout ?? 'pipe', 'pipe'] as const;
  return new Command(
    spawn(process.execPath, [main, ...args], { cwd, env: { ...process.env, ...env }, stdio: [...stdio] }),
  );
}

export function fixture(name: string): string {
  return join(import.meta.dirname, 'fixtures', name);
}
