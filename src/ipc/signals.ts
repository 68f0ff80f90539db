import { setMaxListeners } from 'node:events';

/** Whether an abort can be heard of it; that of another library does as well as Node's own. */
export function isSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null || !('aborted' in value)) return false;
  return 'addEventListener' in value && typeof value.addEventListener === 'function';
}

/** Calls back when the signal aborts. */
export function listen(signal: AbortSignal, onAbort: () => void): void {
  // One signal for many calls is no leak, but Node 20 prints a warning from the eleventh listener on.
  if (signal instanceof EventTarget) setMaxListeners(0, signal);
  signal.addEventListener('abort', onAbort, { once: true });
}
