import type { DebuggerState } from '../process/debugger.ts';
import type { InboundMessage, ModuleNews } from '../process/protocol.ts';
import type { ConnectionPolicy } from './policy.ts';

/** Orders: what the app wants of a connection. Repeating one changes nothing; the last one wins. */
export type Order =
  | { readonly type: 'enable'; readonly at: number }
  | { readonly type: 'disable'; readonly at: number }
  | { readonly type: 'restart'; readonly at: number }
  | {
      readonly type: 'configure';
      readonly at: number;
      /** Config or secrets changed. They live outside of the statechart, which only decides when they are sent. */
      readonly config: boolean;
      /** Another module, or the same one changed on disk. */
      readonly module: boolean;
      readonly label?: string;
      readonly policy?: ConnectionPolicy;
    }
  | { readonly type: 'remove'; readonly at: number };

/** News of a start that has no process yet; `start` numbers the attempts of a connection. */
export type StartNews =
  | { readonly type: 'preparation.succeeded'; readonly start: number; readonly at: number }
  | {
      readonly type: 'preparation.failed';
      readonly start: number;
      readonly at: number;
      /** For people: why it can't be started. */
      readonly message: string;
    }
  | { readonly type: 'slot.granted'; readonly start: number; readonly at: number };

/** News of the spares a connection may take over: which of them waits for it now, by its pid; null if none does. */
export interface SpareNews {
  readonly type: 'spare.changed';
  readonly pid: number | null;
  readonly at: number;
}

export interface OfIncarnation {
  readonly incarnation: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** News of one incarnation. Every one says which, so that what comes late can't be taken for its successor's. */
export type ProcessNews = OfIncarnation &
  (
    | { readonly type: 'process.spawned'; readonly pid: number }
    | {
        readonly type: 'process.spawnFailed';
        readonly message: string;
        /** The operating system's error code, such as ENOENT. */
        readonly errno: string | null;
        /** A random number from 0 up to 1, for the jitter of the next delay. */
        readonly chance: number;
      }
    | {
        readonly type: 'process.exited';
        readonly code: number | null;
        readonly signal: string | null;
        /** More about how it ended, if somebody knows; for people. */
        readonly note?: string | undefined;
        /** The last lines of output, oldest first. */
        readonly lastWords: readonly string[];
        /** As above. */
        readonly chance: number;
      }
    | { readonly type: 'channel.closed' }
    | { readonly type: 'heartbeat.missed' }
    | { readonly type: 'heartbeat.answered' }
    | {
        /** It uses more than it may, for longer than it may. */
        readonly type: 'budget.exceeded';
        readonly budget: 'memory' | 'cpu';
        /** How much, and of what; for people. */
        readonly detail: string;
      }
    | { readonly type: 'debugger.changed'; readonly debugger: DebuggerState }
    | { readonly type: 'message.received'; readonly message: InboundMessage }
    | ModuleNews
  );

/** One kind of news, by its name. */
export type NewsOf<T extends ProcessNews['type']> = Extract<ProcessNews, { type: T }>;

/** Everything a connection answers. `at` is in milliseconds since the epoch. */
export type ConnectionEvent = Order | StartNews | SpareNews | ProcessNews;
/** The name of an event. */
export type ConnectionEventType = ConnectionEvent['type'];

/** What the statechart orders its process to do. */
export type ProcessOrder =
  | { readonly type: 'acceptRegistration' }
  | { readonly type: 'refuseRegistration'; readonly reason: string }
  | { readonly type: 'initialise' }
  | { readonly type: 'configure' }
  /** From here on the app's messages pass, both ways, without touching the statechart. */
  | { readonly type: 'open' }
  /** The app's messages go through the statechart again. */
  | { readonly type: 'guard' }
  /** No more messages; pending calls are rejected. */
  | { readonly type: 'close'; readonly cause: string }
  | { readonly type: 'watch' }
  | { readonly type: 'unwatch' }
  | { readonly type: 'askToStop' }
  | { readonly type: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | { readonly type: 'hold'; readonly message: InboundMessage }
  | { readonly type: 'releaseHeld' }
  | { readonly type: 'deliver'; readonly message: InboundMessage };
