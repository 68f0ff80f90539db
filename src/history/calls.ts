import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { GreenroomError, type Manager, type TracedCall } from '../index.ts';

/** A call between app and module. What was said in it is nobody's business here. */
export interface CallRecord {
  readonly name: string;
  /** `out`: the app called the module; `in`: the module called the app. */
  readonly direction: 'out' | 'in';
  readonly incarnation: number;
  /** When it was made; milliseconds since the epoch. */
  readonly at: number;
  /** How long it took; null while it is pending. */
  readonly milliseconds: number | null;
  /** `ok`, or the code of its error; null while it is pending. */
  readonly outcome: string | null;
}

const recentCalls = 50;
const shownPending = 50;

/** The pending calls of a connection and its last fifty. A class for the reason for which the ring is one. */
export class Calls {
  readonly #begun = new Map<TracedCall, { readonly at: number; readonly start: number }>();
  readonly #recent: CallRecord[] = [];

  get pending(): readonly CallRecord[] {
    const shown = [...this.#begun].slice(0, shownPending);
    return shown.map(([call, { at }]) => recordOf(call, at, null, null));
  }

  /** How many are pending; more than are shown, maybe. */
  get pendingCount(): number {
    return this.#begun.size;
  }

  get recent(): readonly CallRecord[] {
    return this.#recent;
  }

  begin(call: TracedCall): void {
    this.#begun.set(call, { at: Date.now(), start: performance.now() });
  }

  end(call: TracedCall): void {
    const times = this.#begun.get(call);
    if (times === undefined || !this.#begun.delete(call)) return;
    const milliseconds = performance.now() - times.start;
    this.#recent.push(recordOf(call, times.at, milliseconds, outcomeOf(call)));
    if (this.#recent.length > recentCalls) this.#recent.shift();
  }
}

/** Follows every call of a manager's connections; returns what ends that. */
export function followCalls(
  manager: Manager,
  onCall: (id: string, step: 'begin' | 'end', call: TracedCall) => void,
): () => void {
  const listener = (step: 'begin' | 'end') => (message: unknown) => {
    const call = message as TracedCall;
    const { id } = call.connection;
    if (manager.has(id) && manager.get(id) === call.connection) onCall(id, step, call);
  };
  const begin = listener('begin');
  const end = listener('end');
  subscribe('tracing:greenroom:call:start', begin);
  subscribe('tracing:greenroom:call:asyncEnd', end);
  return () => {
    unsubscribe('tracing:greenroom:call:start', begin);
    unsubscribe('tracing:greenroom:call:asyncEnd', end);
  };
}

/** `ok`, or the code of its error; `error` for one that has none. */
export function outcomeOf(call: TracedCall & { readonly error?: unknown }): string {
  if (!('error' in call)) return 'ok';
  return call.error instanceof GreenroomError ? call.error.code : 'error';
}

// All fields at once: an object that is copied and then added to may get a shape of its own, which takes more memory than itself.
function recordOf(
  { name, direction, incarnation }: TracedCall,
  at: number,
  milliseconds: number | null,
  outcome: string | null,
): CallRecord {
  return { name, direction, incarnation, at, milliseconds, outcome };
}
