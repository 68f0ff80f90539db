import { assign, fromCallback, sendTo, setup, type CallbackActorLogic } from 'xstate';
import type { SpareEvent } from './spare-events.ts';
import type { ConnectionPolicy } from './policy.ts';
import { timeOf } from './timers.ts';

/** What of their policy a spare's connections must have in common. */
export interface SparePolicy {
  readonly deadlines: Pick<ConnectionPolicy['deadlines'], 'spawn' | 'register'>;
  readonly backoff: Pick<ConnectionPolicy['backoff'], 'initial' | 'factor' | 'most'>;
}

/** Quantities, ids and settings of one spare. */
export interface SpareContext {
  readonly id: string;
  readonly policy: SparePolicy;
  /** When the current state was entered; milliseconds since the epoch. */
  readonly since: number;
  /** When its timer fires; null without one. */
  readonly due: number | null;
  /** The number of the current or last process; 0 before the first. */
  readonly incarnation: number;
  /** Null without a process. */
  readonly pid: number | null;
  /** Processes that failed since one was taken. */
  readonly failures: number;
  /** Why the last one failed; null if it didn't. */
  readonly reason: string | null;
}

export interface SpareInput {
  readonly id: string;
  readonly policy: SparePolicy;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The actor `process`: it starts a process and sends `SpareNews`; when it is stopped it lets go of a process that was taken, and kills any other. */
export type SpareProcessLogic = CallbackActorLogic<
  { type: 'kill' },
  { readonly id: string; readonly incarnation: number }
>;
/** The actor `slot`: waits in line, sends `slot.granted`, and holds the slot until it gets `release` or is stopped. */
export type SpareSlotLogic = CallbackActorLogic<{ type: 'release' }>;

/** A start takes the host a few milliseconds, which whoever waits for a connection to be ready shall not wait for. */
const firstDelay = 50;

const timers = {
  spawnTimeout: ({ policy }: SpareContext) => policy.deadlines.spawn,
  registerTimeout: ({ policy }: SpareContext) => policy.deadlines.register,
  answerTimeout: ({ policy }: SpareContext) => policy.deadlines.register,
  renewalDelay: ({ policy: { backoff }, failures }: SpareContext) =>
    failures === 0
      ? firstDelay
      : Math.max(firstDelay, Math.min(backoff.initial * backoff.factor ** (failures - 1), backoff.most)),
} as const;

type Timer = keyof typeof timers;

/** Types, actions, guards and delays of a spare; the chart itself is in `spare.ts`. */
export const spareSetup = setup({
  types: {
    context: {} as SpareContext,
    events: {} as SpareEvent,
    input: {} as SpareInput,
    transitionMeta: {} as { readonly acknowledged: string },
    children: {} as { slot: 'slot'; process: 'process' },
    tags: {} as 'takeable',
  },
  actors: {
    slot: absent('slot') as SpareSlotLogic,
    process: absent('process') as SpareProcessLogic,
  },
  actions: {
    stamp: assign(({ context, event }, { timer }: { timer: Timer | null }) => {
      const at = timeOf(context, event);
      return { since: at, due: timer === null ? null : at + timers[timer](context) };
    }),
    beginIncarnation: assign(({ context }) => ({ incarnation: context.incarnation + 1 })),
    rememberPid: assign((_, { pid }: { pid: number }) => ({ pid })),
    forgetPid: assign({ pid: null }),
    countFailure: assign(({ context }, { reason }: { reason: string }) => ({
      failures: context.failures + 1,
      reason,
    })),
    forgetFailures: assign({ failures: 0, reason: null }),
    kill: sendTo('process', { type: 'kill' }),
    releaseSlot: sendTo('slot', { type: 'release' }),
  },
  guards: {
    isStale: ({ context, event }) => 'incarnation' in event && event.incarnation !== context.incarnation,
  },
  delays: {
    spawnTimeout: ({ context }) => timers.spawnTimeout(context),
    registerTimeout: ({ context }) => timers.registerTimeout(context),
    answerTimeout: ({ context }) => timers.answerTimeout(context),
    renewalDelay: ({ context }) => timers.renewalDelay(context),
  },
});

// The real actors belong to a manager, which provides them; the chart alone only knows their names.
function absent(name: string) {
  return fromCallback<never, never>(() => {
    throw new Error(
      `The machine of a spare runs without its actor "${name}": give it one with machine.provide().`,
    );
  }) as unknown;
}
