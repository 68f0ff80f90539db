import type { ConnectionStatus, Manager } from '../../index.ts';
import { whyNotReady } from './sentences.ts';

export interface NotReady {
  readonly connection: string;
  readonly reason: string;
}

/**
 * Resolves with an empty list as soon as all wanted connections are ready at once; else, when `timeout` milliseconds are over or none of
 * the others can get ready any more, with those that aren't. Resolves with null when the signal aborts.
 */
export function untilReady(
  manager: Manager,
  timeout: number,
  signal: AbortSignal,
): Promise<readonly NotReady[] | null> {
  return new Promise((resolve) => {
    const settle = (result: readonly NotReady[] | null): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve(result);
    };
    const check = (): void => {
      const unready = unreadyOf(manager);
      if (unready.every(({ state }) => isHopeless(state))) settle(unready.map(describe));
    };
    const timer = setTimeout(() => settle(unreadyOf(manager).map(describe)), timeout);
    const unsubscribe = manager.on('status', check);
    signal.addEventListener('abort', () => settle(null), { once: true });
    // The listener of a signal that came before is never called.
    if (signal.aborted) settle(null);
    else check();
  });
}

/** A connection that was disabled from the beginning isn't waited for; one that came to rest since then is. */
function unreadyOf(manager: Manager): ConnectionStatus[] {
  return manager.status.connections.filter(({ state, incarnation }) => {
    return state !== 'ready' && (state !== 'disabled' || incarnation > 0);
  });
}

/** It will stay as it is until somebody changes something. */
function isHopeless(state: ConnectionStatus['state']): boolean {
  return state === 'misconfigured' || state === 'disabled' || state === 'failed';
}

function describe(status: ConnectionStatus): NotReady {
  return { connection: status.id, reason: whyNotReady(status) };
}
