/** Calls that arrived and were not yet let through, so that one cancelled meanwhile is never begun. */
export interface WaitingCalls {
  add(id: number): void;
  /** False: no such call is waiting. */
  cancel(id: number): boolean;
  /** Ends the waiting of a call; true if it was cancelled. */
  take(id: number): boolean;
}

/** Remembers at most this many, because calls that are discarded instead of let through are never taken. */
const most = 1000;

export function createWaitingCalls(): WaitingCalls {
  const cancelled = new Map<number, boolean>();
  return {
    add(id) {
      cancelled.set(id, false);
      if (cancelled.size <= most) return;
      for (const oldest of cancelled.keys()) {
        cancelled.delete(oldest);
        return;
      }
    },
    cancel(id) {
      if (!cancelled.has(id)) return false;
      cancelled.set(id, true);
      return true;
    },
    take(id) {
      const was = cancelled.get(id) === true;
      cancelled.delete(id);
      return was;
    },
  };
}
