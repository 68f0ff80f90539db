import { printableLines } from '../logging/words.ts';
import type { DiscardReason } from '../machines/connection-context.ts';
import type { ExitRecord } from '../machines/exits.ts';
import type { ConnectionStatus } from '../machines/status.ts';
import { publish } from './diagnostics.ts';
import type { Manager } from './manager.ts';

/** What a manager tells. Every event names the connection it is about. */
export interface ManagerEvents {
  /** A connection's status changed in anything but its counters. */
  status: {
    readonly connection: string;
    readonly status: ConnectionStatus;
    readonly previous: ConnectionStatus;
  };
  /** An incarnation ended, or could not be started. */
  exit: { readonly connection: string; readonly exit: ExitRecord };
  /** A message or piece of news was not acted upon. */
  discarded: {
    readonly connection: string;
    readonly incarnation: number;
    readonly reason: DiscardReason;
    /** The message's name, or the kind of news. */
    readonly name: string;
    /** For people; null if there is no more to say. */
    readonly detail: string | null;
  };
  /** A line the module wrote, without its line break. */
  output: {
    readonly connection: string;
    readonly incarnation: number;
    readonly stream: 'stdout' | 'stderr';
    readonly line: string;
  };
  /** So much output was not passed on since the last notice, because the module wrote too much; once a second at most. */
  outputDropped: {
    readonly connection: string;
    readonly incarnation: number;
    readonly lines: number;
    readonly bytes: number;
  };
  /** A module uses more than its policy allows; once when that begins, and once if it is put down for it. */
  overBudget: {
    readonly connection: string;
    readonly incarnation: number;
    readonly budget: 'memory' | 'cpu';
    /** MiB of memory, or per cent of one core. */
    readonly used: number;
    /** In the same unit. */
    readonly limit: number;
    readonly putDown: boolean;
  };
  /** A notification of the module; `$log` and `$status` are those of `host.log` and `host.status`. */
  message: {
    readonly connection: string;
    readonly incarnation: number;
    readonly name: string;
    readonly payload: unknown;
  };
  /** The module changed its own config, which is what its next process gets. */
  configSaved: { readonly connection: string; readonly config: unknown; readonly secrets: unknown };
  /** An order was given; what becomes of it is told by what follows. */
  order: { readonly connection: string; readonly order: string };
  /** An order was refused. */
  rejected: { readonly connection: string; readonly order: string; readonly why: string };
  /** A listener of the app threw, or this library broke; connections go on. */
  problem: {
    /** Null if it concerns the manager. */
    readonly connection: string | null;
    readonly error: unknown;
  };
}

/** The name of an event of a manager. */
export type ManagerEventName = keyof ManagerEvents;
export type Listener<E> = (event: E) => void;

/** Typed events whose listeners can't hurt the one who emits. */
export class Emitter {
  readonly #listeners = new Map<ManagerEventName, Set<Listener<never>>>();
  readonly #owner: Manager;

  constructor(owner: Manager) {
    this.#owner = owner;
  }

  /** Returns a function that ends the subscription. */
  on<N extends ManagerEventName>(name: N, listener: Listener<ManagerEvents[N]>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  emit<N extends ManagerEventName>(name: N, event: ManagerEvents[N]): void {
    publish(this.#owner, name, event);
    for (const listener of this.#listeners.get(name) ?? []) {
      this.guard(event.connection, () => (listener as Listener<ManagerEvents[N]>)(event));
    }
  }

  /** Calls a function of the app; what it throws becomes a `problem`, or a process warning if nobody listens to those. */
  guard(connection: string | null, run: () => unknown): void {
    guarded(run, (error) => this.problem(connection, error));
  }

  problem(connection: string | null, error: unknown): void {
    publish(this.#owner, 'problem', { connection, error });
    const listeners = this.#listeners.get('problem');
    if (listeners === undefined || listeners.size === 0) return warn(connection, error);
    for (const listener of listeners) {
      guarded(
        () => (listener as Listener<ManagerEvents['problem']>)({ connection, error }),
        (second) => warn(connection, second),
      );
    }
  }
}

// An async listener fails later; unhandled it would end the host.
function guarded(run: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = run();
    if (result instanceof Promise) result.catch(onError);
  } catch (error) {
    onError(error);
  }
}

function warn(connection: string | null, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const who = connection === null ? 'A manager' : `Connection "${connection}"`;
  // It may repeat what a module said.
  process.emitWarning(printableLines(`${who}: ${text}`), 'GreenroomWarning');
}
