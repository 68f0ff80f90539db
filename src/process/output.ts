import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { createAllowance, type Allowance } from './allowance.ts';
import { createBrake } from './brake.ts';
import { countDropped, type DroppedCounter, type DroppedOutput } from './dropped-output.ts';
import type { OutputLine, OutputLimits } from './host.ts';
import { createLastWords, type LastWords } from './last-words.ts';
import { completeEnd, countLines, lineEnd, lineText, nextLine, splitLines } from './lines.ts';

export interface OutputOptions {
  readonly clock: Clock;
  readonly limits: OutputLimits;
  readonly onLine: (line: OutputLine) => void;
  /** Called once a second at most. */
  readonly onDropped: (dropped: DroppedOutput) => void;
}

/** What one process writes, in bounded lines. */
export interface Output {
  /** Reads the stream from now on. What may not be passed on is read and dropped; only a flood beyond `outputReadBytesPerSecond` has to wait. */
  read(name: OutputLine['stream'], stream: Readable): void;
  /** The process is gone: reads what it left, without making anybody wait. */
  finish(): void;
  /** Passes on unfinished lines and the last notice; what comes later is ignored. Idempotent. */
  end(): void;
  /** The last lines of all streams in order of arrival, whether they were passed on or dropped. */
  lastWords(): string[];
}

/** Everything happens synchronously in the stream's `data` event, so that the last words are complete when the exit is seen. */
export function collectOutput({ clock, limits, onLine, onDropped }: OutputOptions): Output {
  const words = createLastWords(limits.lastWordsBytes);
  const dropped = countDropped(clock, onDropped);
  const brake = createBrake(clock, limits.outputReadBytesPerSecond);
  const flushes: (() => void)[] = [];
  let hasEnded = false;

  const pass = createPass(onLine, dropped, words);
  return {
    read(name, stream) {
      // Its own, so that a flood on one stream hides nothing on the other.
      const allowance = createAllowance(allowanceOf(clock, limits));
      let rest: Buffer = Buffer.alloc(0);
      brake.hold(stream);
      stream.on('data', (chunk: Buffer) => {
        if (hasEnded) return;
        brake.read(chunk.length);
        rest = pass(name, allowance, rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
      });
      flushes.push(() => {
        if (rest.length > 0) pass(name, allowance, Buffer.concat([rest, Buffer.from('\n')]));
      });
    },
    finish: () => brake.release(),
    end() {
      if (hasEnded) return;
      hasEnded = true;
      brake.release();
      for (const flush of flushes) flush();
      dropped.end();
    },
    lastWords: () => splitLines(words.bytes()),
  };
}

/** Passes on the complete lines of one stream as far as allowed, and remembers them all; returns the rest. */
function createPass(onLine: OutputOptions['onLine'], dropped: DroppedCounter, words: LastWords) {
  return (stream: OutputLine['stream'], allowance: Allowance, bytes: Buffer): Buffer => {
    let from = 0;
    let end = 0;
    while (allowance.isLeft() && (end = lineEnd(bytes, from)) !== -1) {
      allowance.take(end - from);
      onLine({ stream, text: lineText(bytes, from, end) });
      from = nextLine(bytes, end);
    }
    const complete = completeEnd(bytes, from);
    if (complete > from) dropped.add(countLines(bytes, from, complete), complete - from);
    words.add(bytes.subarray(0, complete));
    return bytes.subarray(complete);
  };
}

function allowanceOf(clock: Clock, limits: OutputLimits) {
  return {
    clock,
    linesPerSecond: limits.outputLinesPerSecond,
    bytesPerSecond: limits.outputBytesPerSecond,
    burstSeconds: limits.outputBurstSeconds,
  };
}
