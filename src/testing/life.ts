import type { CallMeta } from '../ipc/call-meta.ts';
import type { Act } from './acts.ts';

/** Answers a call of the app. What it throws goes back as an error. */
export type FakeCall = (
  payload: unknown,
  context: {
    readonly connection: string;
    readonly incarnation: number;
    readonly signal: AbortSignal;
    /** What the app sent along beside the payload. */
    readonly meta: CallMeta;
  },
) => unknown;

/** What may be asked of a process so that it ends. */
export type EndingRequest = 'stop' | 'SIGTERM' | 'SIGKILL';

/** How one fake process behaves. All times are in milliseconds of the manager's clock. */
export interface Life {
  /** What it does by itself, one after the other. */
  readonly acts: readonly Act[];
  /** How finding the module goes. Default: it is found at once. `never`: it isn't, and nobody says so. */
  readonly preparation?: 'never' | { readonly after?: number; readonly fails?: string };
  /** How starting the process goes. Default: it runs at once. `never`: the operating system doesn't answer. */
  readonly spawn?:
    | 'never'
    | {
        readonly after?: number;
        /** There is no process; `errno` as the operating system says it, such as ENOENT. */
        readonly fails?: { readonly message: string; readonly errno?: string };
      };
  /** What it doesn't care about. Default: it ends whenever asked. */
  readonly deafTo?: readonly EndingRequest[];
  /** How long it takes to end once it was asked to. Default 0. */
  readonly endsAfter?: number;
  /** Answers of a ready module. A call without one fails. */
  readonly calls?: Readonly<Record<string, FakeCall>>;
  /** What it says to a new config while it runs. Default `takes`. */
  readonly configure?: 'takes' | 'needsRestart' | 'refuses';
}

/** What one module does: the same in each of its processes, one life after the other (the last again and again), or chosen by incarnation. */
export type Lives = Life | readonly [Life, ...Life[]] | ((incarnation: number) => Life);

/**
 * How one fake process behaves.
 *
 * @example
 * const crashing = life([registers({ after: 20 }), initialises(), exits(3, { after: 5000 })], { deafTo: ['SIGTERM'] });
 */
export function life(acts: readonly Act[], rest: Omit<Life, 'acts'> = {}): Life {
  return { ...rest, acts };
}

/** The life of one incarnation. */
export function lifeOf(lives: Lives, incarnation: number): Life {
  if (typeof lives === 'function') return lives(incarnation);
  if ('acts' in lives) return lives;
  return lives[incarnation - 1] ?? (lives.at(-1) as Life);
}
