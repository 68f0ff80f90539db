import type { SpareEvent, SpareNews } from './spare-events.ts';

type NewsOf<T extends SpareEvent['type']> = Extract<SpareEvent, { type: T }>;

/** Nothing changes, and that is right. */
export function acknowledged(why: string) {
  return { description: why, meta: { acknowledged: why } } as const;
}

/** First candidate of every piece of news: of a process that is over. */
export const stale = { guard: 'isStale', ...acknowledged('it is about a process that is over') } as const;

/** It came before, means nothing in this state, or is about a process that is over. */
export const needless = acknowledged('it changes nothing now');

/** What to do with everything that can't come because no process lives: it is from one that did. */
export const withoutProcess = {
  'process.spawned': acknowledged('it is about a process that is over'),
  'process.spawnFailed': acknowledged('it is about a process that is over'),
  'process.registered': acknowledged('it is about a process that is over'),
  'process.waits': acknowledged('it is about a process that is over'),
  'process.failed': acknowledged('it is about a process that is over'),
  'process.exited': acknowledged('it is about a process that is over'),
} as const satisfies Record<SpareNews['type'], unknown>;

/** The spare can't be used: it is killed, and the next one is started a little later. */
const failed = [
  stale,
  {
    target: '#replaced',
    actions: {
      type: 'countFailure',
      params: ({ event }: { event: NewsOf<'process.failed'> }) => ({ reason: event.message }),
    },
  },
] as const;

/** It ended by itself. */
const died = [
  stale,
  {
    target: '#renewing',
    actions: {
      type: 'countFailure',
      params: ({ event }: { event: NewsOf<'process.exited'> }) => ({ reason: event.detail }),
    },
  },
] as const;

/** There never was a process. */
export const neverWas = [
  stale,
  {
    target: '#renewing',
    actions: {
      type: 'countFailure',
      params: ({ event }: { event: NewsOf<'process.spawnFailed'> }) => ({ reason: event.message }),
    },
  },
] as const;

/** What is patient with a start no longer. */
export function tooLate(reason: string) {
  return { target: '#replaced', actions: { type: 'countFailure', params: { reason } } } as const;
}

/** Orders to one that is being started, or waits. */
export const whileWanted = {
  want: acknowledged('there is one, or is about to be'),
  dismiss: { target: '#dismissed' },
  'slot.granted': acknowledged('it has a process already'),
} as const;

/** News that came before, and needs to come only once. */
export const isThere = { 'process.spawned': needless, 'process.spawnFailed': needless } as const;
export const hasRegistered = { ...isThere, 'process.registered': needless } as const;

/** Why one that is there can't be used any more. */
export const lost = { 'process.failed': failed, 'process.exited': died } as const;

/** Orders to one that can't be taken. */
export const notYet = { take: acknowledged('there is none to take') } as const;
