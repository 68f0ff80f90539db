import { onExit } from 'signal-exit';

export interface HostGuard {
  hold(): void;
  release(): void;
}

/** Calls back when the host is about to end, from `hold` until a second after `release`. */
export function createHostGuard(onHostExit: () => void): HostGuard {
  let remove: (() => void) | undefined;
  let removal: NodeJS.Timeout | undefined;
  return {
    hold(): void {
      clearTimeout(removal);
      remove ??= onExit(onHostExit);
    },
    // Listening to all signals costs 0.15 ms each time, as much as the rest of a restart: it may well be needed again at once.
    release(): void {
      clearTimeout(removal);
      removal = setTimeout(() => {
        remove?.();
        remove = undefined;
      }, 1000).unref();
    },
  };
}
