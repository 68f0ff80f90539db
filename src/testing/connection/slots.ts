import { statusOf } from '../../machines/status.ts';
import type { ConnectionInvariant } from './move.ts';

/** A start slot is for starting, and nobody has it for ever. */
export const slots: readonly ConnectionInvariant[] = [
  {
    name: 'A start slot is held from the grant to the registration, and no longer.',
    inSituation({ snapshot, world: { slot } }) {
      const { state } = statusOf(snapshot);
      const isStarting = state === 'spawning' || state === 'registering';
      if (isStarting !== (slot === 'held')) return `in ${state} the slot is ${slot}`;
      return (state === 'queued') === (slot === 'waiting') ? undefined : `in ${state} the slot is ${slot}`;
    },
  },
  {
    name: 'A start slot is held under a deadline.',
    inSituation: ({ timers, world: { slot } }) =>
      slot === 'held' && timers.length === 0 ? 'nothing limits how long it is held' : undefined,
  },
  {
    name: 'A start slot has one holder.',
    together: (situations) =>
      situations.filter(({ world: { slot } }) => slot === 'held').length > 1
        ? 'two connections hold it'
        : undefined,
  },
];
