import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';

/** Slows down whoever writes faster than its host cares to read. */
export interface Brake {
  /** From now on this stream is slowed down too. */
  hold(stream: Readable): void;
  /** So many bytes were read. */
  read(bytes: number): void;
  /** Reads on, and slows down nobody any more. Idempotent. */
  release(): void;
}

/** Pauses all streams whenever more than so many bytes per second were read from them together; for moments only, so that a module that writes stays alive. */
export function createBrake(clock: Clock, mostPerSecond: number): Brake {
  // Whoever wants no limit may say Infinity, and nothing of that is no number.
  const bytesPerSecond = Math.min(mostPerSecond, Number.MAX_SAFE_INTEGER);
  const streams: Readable[] = [];
  // What may be read in one turn of the event loop: a fiftieth of a second's worth, since the rest of the host waits as long.
  const most = bytesPerSecond / 50;
  let left = most;
  let filledAt = clock.now();
  let pause: unknown;
  let isReleased = false;

  const resume = (): void => {
    pause = undefined;
    for (const stream of streams) stream.resume();
  };
  return {
    hold: (stream) => void streams.push(stream),
    read(bytes) {
      if (isReleased) return;
      const now = clock.now();
      left = Math.min(most, left + (Math.max(0, now - filledAt) / 1000) * bytesPerSecond) - bytes;
      filledAt = now;
      if (left >= 0 || pause !== undefined) return;
      for (const stream of streams) stream.pause();
      pause = clock.setTimeout(resume, Math.ceil((-left / bytesPerSecond) * 1000));
    },
    release() {
      if (isReleased) return;
      isReleased = true;
      clock.clearTimeout(pause);
      resume();
    },
  };
}
