import type { Manager } from './manager.ts';

// One Ctrl+C may come twice: npm passes on what the terminal has sent to its whole process group. Milliseconds.
const echo = 300;

let stopping = 0;

/**
 * For apps that don't handle signals themselves: the first signal stops the manager in order and then ends this process as the signal would have,
 * the second kills all modules at once. Returns what ends that. Without it a signal ends this process at once, its modules are killed and not asked.
 * @example
 * const manager = createManager();
 * stopOnSignals(manager);
 */
export function stopOnSignals(
  manager: Pick<Manager, 'stop'>,
  signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'],
): () => void {
  let firstAt: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAt !== undefined) {
      if (performance.now() - firstAt >= echo) void manager.stop({ force: true });
      return;
    }
    firstAt = performance.now();
    stopping += 1;
    void manager.stop().finally(() => {
      remove();
      stopping -= 1;
      // Another manager would take it for a second signal.
      if (stopping > 0) return;
      // Who still listens hears of it in the next turn of the event loop, and there is none when nothing keeps this process.
      setTimeout(() => {}, 1000);
      process.kill(process.pid, signal);
    });
  };
  const remove = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return remove;
}
