import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface NodeVersion {
  readonly major: number;
  readonly minor: number;
}

type Run = (
  file: string,
  args: string[],
  options: { signal: AbortSignal; timeout: number },
) => Promise<{ stdout: string }>;

/**
 * The version of a Node program: at once for the one that runs this process, else by asking it, within 5 s; again while the host has too little of something to ask.
 * @throws {Error} when it can't be run, or doesn't answer like a Node; the reason of `signal` when that fires.
 */
export async function nodeVersion(
  file: string,
  signal: AbortSignal,
  run: Run = promisify(execFile),
): Promise<NodeVersion> {
  if (file === process.execPath) return parseNodeVersion(process.version);
  try {
    const stdout = await answerOf(file, signal, run);
    if (/^v\d+\.\d+\./.test(stdout)) return parseNodeVersion(stdout);
    throw new Error(`it answered ${JSON.stringify(stdout.slice(0, 100))} to --version`);
  } catch (cause) {
    signal.throwIfAborted();
    throw cause;
  }
}

async function answerOf(file: string, signal: AbortSignal, run: Run): Promise<string> {
  for (;;) {
    try {
      return (await run(file, ['--version'], { signal, timeout: 5000 })).stdout;
    } catch (error) {
      if (!isPassing(error)) throw error;
      await pause(retryDelay, undefined, { signal });
    }
  }
}

const retryDelay = 250;
const passing: ReadonlySet<unknown> = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** The host is out of something, or too busy for an answer in time: that says nothing about the program. */
function isPassing(error: unknown): boolean {
  const { code, killed } = error as { readonly code?: unknown; readonly killed?: boolean };
  return passing.has(code) || (killed === true && code === null);
}

/** Takes `v22.1.0`, with or without the v. */
export function parseNodeVersion(version: string): NodeVersion {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return { major, minor };
}
