import { inspect } from 'node:util';
import type { Channel } from '../ipc/channel.ts';

/** How long unsent messages, or `stop` when the host is gone, may delay the exit; in milliseconds. */
const patience = 1000;

/** The end of a module process, which comes once, whatever leads to it. */
export interface Life {
  /** Runs the module's own `stop`, once. */
  stop(): Promise<void>;
  /** Exits with this code as soon as what was sent is on its way. */
  leave(code: number): void;
  /** Prints the error and leaves with code 1. */
  crash(error: unknown): void;
  /** The host is gone: stops, within a second, and leaves. */
  abandon(): void;
}

/** Watches over the process: errors nobody handles end it as Node would, but after the messages sent before are out. */
export function createLife(channel: Channel, stop: () => unknown): Life {
  let stopping: Promise<void> | undefined;
  let leaving = false;
  const life: Life = {
    stop: () => (stopping ??= runStop(stop)),
    leave(code) {
      if (leaving) return;
      leaving = true;
      // Node loses what is still in its buffers when a process exits, so the exit waits for the last write.
      void within(channel.flush()).then(() => process.exit(code));
    },
    crash(error) {
      process.stderr.write(`${inspect(error)}\n`);
      life.leave(1);
    },
    abandon() {
      if (leaving) return;
      ignoreBrokenPipes();
      within(life.stop()).then(
        () => life.leave(0),
        (error: unknown) => life.crash(error),
      );
    },
  };
  process.on('uncaughtException', (error) => {
    // A module with a handler of its own decides for itself, as it would without us.
    if (process.listenerCount('uncaughtException') === 1) life.crash(error);
  });
  return life;
}

async function runStop(stop: () => unknown): Promise<void> {
  await stop();
}

async function within(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience);
  });
  try {
    await Promise.race([work, enough]);
  } finally {
    clearTimeout(timer);
  }
}

function ignoreBrokenPipes(): void {
  // Whoever read our output is gone with the host: what `stop` prints must not end it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
