import type { Clock } from '../clock.ts';

export interface AllowanceOptions {
  readonly clock: Clock;
  readonly linesPerSecond: number;
  readonly bytesPerSecond: number;
  /** How many seconds' worth may pass at once after a silence. */
  readonly burstSeconds: number;
}

/** How much of one stream may still be passed on. */
export interface Allowance {
  isLeft(): boolean;
  /** One line of so many bytes was passed on. */
  take(bytes: number): void;
}

/** Fills steadily and empties with each line; what is one line too long for it is paid back before the next. */
export function createAllowance({
  clock,
  linesPerSecond,
  bytesPerSecond,
  burstSeconds,
}: AllowanceOptions): Allowance {
  const perSecond = { lines: finite(linesPerSecond), bytes: finite(bytesPerSecond) };
  const most = {
    lines: finite(perSecond.lines * burstSeconds),
    bytes: finite(perSecond.bytes * burstSeconds),
  };
  let { lines, bytes } = most;
  let filledAt = clock.now();
  const fill = (): void => {
    const now = clock.now();
    // A clock that was set back gives nothing, and takes nothing away.
    const seconds = Math.max(0, now - filledAt) / 1000;
    filledAt = now;
    lines = Math.min(most.lines, lines + seconds * perSecond.lines);
    bytes = Math.min(most.bytes, bytes + seconds * perSecond.bytes);
  };
  return {
    isLeft() {
      fill();
      return lines >= 1 && bytes > 0;
    },
    take(length) {
      lines -= 1;
      bytes -= length;
    },
  };
}

// Whoever wants no limit may say Infinity, and nothing of that is no number.
function finite(rate: number): number {
  return Math.min(rate, Number.MAX_SAFE_INTEGER);
}
