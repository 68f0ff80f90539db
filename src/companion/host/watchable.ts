import type { Callable } from '../client.ts';

/** The part of a manager that is needed. */
export interface CompanionManager {
  on<N extends keyof ManagerNews>(name: N, listener: (event: ManagerNews[N]) => void): () => void;
  get(connection: string): CompanionConnection;
  readonly connections: readonly CompanionConnection[];
}

/** The part of its connections that is needed. */
export interface CompanionConnection extends Callable {
  readonly id: string;
  readonly label: string;
  readonly status: { readonly state: string };
}

/** The events of a manager that are listened to. */
export interface ManagerNews {
  readonly message: {
    readonly connection: string;
    readonly incarnation: number;
    readonly name: string;
    readonly payload: unknown;
  };
  readonly exit: { readonly connection: string; readonly exit: { readonly incarnation: number } };
  readonly status: {
    readonly connection: string;
    readonly status: { readonly state: string };
    readonly previous: { readonly state: string };
  };
}

/** Whether a module can be called in this state of its connection. */
export function isCallable(state: string): boolean {
  return state === 'ready' || state === 'suspect';
}
