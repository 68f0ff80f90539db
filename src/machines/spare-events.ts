import type { OfIncarnation } from './connection-events.ts';

/** What those who need spares want of this one. */
export type SpareOrder =
  /** Somebody could need it. Repeating it changes nothing. */
  | { readonly type: 'want'; readonly at: number }
  /** Nobody could need it any more. */
  | { readonly type: 'dismiss'; readonly at: number }
  /** A connection takes it over. */
  | { readonly type: 'take'; readonly at: number };

/** News of the process that waits or is to wait. Every one says which. */
export type SpareNews = OfIncarnation &
  (
    | { readonly type: 'process.spawned'; readonly pid: number }
    | { readonly type: 'process.spawnFailed'; readonly message: string }
    /** It has proved who it is. */
    | { readonly type: 'process.registered' }
    /** It answers, as far as its protocol lets that be asked, and does nothing more before somebody initialises it. */
    | { readonly type: 'process.waits' }
    /** It can't be used. */
    | { readonly type: 'process.failed'; readonly message: string }
    | { readonly type: 'process.exited'; readonly detail: string }
  );

/** Everything a spare answers. `at` is in milliseconds since the epoch. */
export type SpareEvent = SpareOrder | { readonly type: 'slot.granted'; readonly at: number } | SpareNews;
