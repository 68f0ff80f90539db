import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { OutputLine } from './host.ts';
import { createLastWords } from './last-words.ts';
import { completeEnd, countLines, lineEnd, lineText, nextLine, splitLines } from './lines.ts';

export interface OutputOptions {
  readonly clock: Clock;
  readonly linesPerSecond: number;
  readonly lastWordsBytes: number;
  readonly onLine: (line: OutputLine) => void;
  /** So many lines were dropped within the last second. */
  readonly onDropped: (lines: number) => void;
}

/** What one process writes, in bounded lines. */
export interface Output {
  /** Reads the stream from now on, as fast as it comes: a module never waits for its host to take its output. */
  read(name: OutputLine['stream'], stream: Readable): void;
  /** Passes on unfinished lines and the last notice; what comes later is ignored. Idempotent. */
  end(): void;
  /** The last lines of all streams in order of arrival, whether they were passed on or dropped. */
  lastWords(): string[];
}

/** Everything happens synchronously in the stream's `data` event, so that the last words are complete when the exit is seen. */
export function collectOutput(options: OutputOptions): Output {
  const words = createLastWords(options.lastWordsBytes);
  const allowance = createAllowance(options);
  const flushes: (() => void)[] = [];
  let hasEnded = false;

  const pass = (stream: OutputLine['stream'], bytes: Buffer): Buffer => {
    let from = 0;
    let end = 0;
    while (allowance.isLeft() && (end = lineEnd(bytes, from)) !== -1) {
      allowance.take();
      options.onLine({ stream, text: lineText(bytes, from, end) });
      from = nextLine(bytes, end);
    }
    const complete = completeEnd(bytes, from);
    if (complete > from) allowance.drop(countLines(bytes, from, complete));
    words.add(bytes.subarray(0, complete));
    return bytes.subarray(complete);
  };
  return {
    read(name, stream) {
      let rest: Buffer = Buffer.alloc(0);
      stream.on('data', (chunk: Buffer) => {
        if (hasEnded) return;
        rest = pass(name, rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
      });
      flushes.push(() => {
        if (rest.length > 0) pass(name, Buffer.concat([rest, Buffer.from('\n')]));
      });
    },
    end() {
      if (hasEnded) return;
      hasEnded = true;
      for (const flush of flushes) flush();
      allowance.end();
    },
    lastWords: () => splitLines(words.bytes()),
  };
}

/** How many lines may still pass within the current second, and how many did not. */
function createAllowance({ clock, linesPerSecond, onDropped }: OutputOptions) {
  let second = Number.NEGATIVE_INFINITY;
  let passed = 0;
  let dropped = 0;
  let notice: unknown;
  const tell = (): void => {
    clock.clearTimeout(notice);
    const lines = dropped;
    dropped = 0;
    if (lines > 0) onDropped(lines);
  };
  return {
    isLeft(): boolean {
      const now = clock.now();
      // A clock that was set back begins a new second too.
      if (now - second < 1000 && now >= second) return passed < linesPerSecond;
      second = now;
      passed = 0;
      tell();
      return linesPerSecond > 0;
    },
    take(): void {
      passed += 1;
    },
    drop(lines: number): void {
      if (dropped === 0) notice = clock.setTimeout(tell, Math.max(0, second + 1000 - clock.now()));
      dropped += lines;
    },
    end: tell,
  };
}
