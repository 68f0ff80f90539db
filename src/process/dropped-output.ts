import type { Clock } from '../clock.ts';

/** Output that was not passed on. */
export interface DroppedOutput {
  readonly lines: number;
  readonly bytes: number;
}

/** Counts what is dropped and gives notice of it. */
export interface DroppedCounter {
  add(lines: number, bytes: number): void;
  /** Gives the last notice. */
  end(): void;
}

/** The first drop begins a second, at whose end one notice tells all that was dropped within; the next drop begins another. */
export function countDropped(clock: Clock, onDropped: (dropped: DroppedOutput) => void): DroppedCounter {
  let dropped: DroppedOutput = { lines: 0, bytes: 0 };
  let notice: unknown;
  const tell = (): void => {
    clock.clearTimeout(notice);
    const told = dropped;
    dropped = { lines: 0, bytes: 0 };
    if (told.lines > 0) onDropped(told);
  };
  return {
    add(lines, bytes) {
      if (dropped.lines === 0) notice = clock.setTimeout(tell, 1000);
      dropped = { lines: dropped.lines + lines, bytes: dropped.bytes + bytes };
    },
    end: tell,
  };
}
