import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface NodeVersion {
  readonly major: number;
  readonly minor: number;
}

const run = promisify(execFile);

/**
 * The version of a Node program: at once for the one that runs this process, else by asking it, within 5 s.
 * @throws {Error} when it can't be run, or doesn't answer like a Node; the reason of `signal` when that fires.
 */
export async function nodeVersion(file: string, signal: AbortSignal): Promise<NodeVersion> {
  if (file === process.execPath) return parseNodeVersion(process.version);
  try {
    const { stdout } = await run(file, ['--version'], { signal, timeout: 5000 });
    if (/^v\d+\.\d+\./.test(stdout)) return parseNodeVersion(stdout);
    throw new Error(`it answered ${JSON.stringify(stdout.slice(0, 100))} to --version`);
  } catch (cause) {
    signal.throwIfAborted();
    throw cause;
  }
}

/** Takes `v22.1.0`, with or without the v. */
export function parseNodeVersion(version: string): NodeVersion {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return { major, minor };
}
