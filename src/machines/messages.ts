import type { NewsOf } from './connection-events.ts';
import { discard, stale } from './outcomes.ts';
import type { Outcome } from './total.ts';

type Received = { event: NewsOf<'message.received'> };

/** A message for the app; an answer that comes here is one to no pending call. */
export const deliver = [
  stale,
  {
    guard: { type: 'is', params: ({ event }: Received) => ({ fact: event.message.kind === 'response' }) },
    ...discard('unexpected'),
  },
  {
    actions: {
      type: 'tell',
      params: ({ event }: Received) => ({
        order: { type: 'deliver', message: event.message } as const,
      }),
    },
  },
] as const satisfies Outcome<'message.received'>;

/** Before registration nothing is acted upon: what the protocol allows early is held, within bounds. */
export const hold = [
  stale,
  {
    guard: {
      type: 'mayBeHeld',
      params: ({ event }: Received) => ({ early: event.message.early }),
    },
    actions: [
      'countHeld',
      {
        type: 'tell',
        params: ({ event }: Received) => ({
          order: { type: 'hold', message: event.message } as const,
        }),
      },
    ],
  },
  discard('unexpected'),
] as const satisfies Outcome<'message.received'>;
