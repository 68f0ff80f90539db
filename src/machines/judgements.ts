import type { ConnectionPhase } from './connection-context.ts';
import type { NewsOf } from './connection-events.ts';
import type { Verdict } from './exits.ts';
import { discard, end, stale, tell } from './outcomes.ts';
import type { Outcome } from './total.ts';

type Registered = { event: NewsOf<'module.registered'> };
type Refused = { event: NewsOf<'message.refused'> };
type Exceeded = { event: NewsOf<'budget.exceeded'> };
type Debugged = { event: NewsOf<'debugger.changed'> };
type Failed = { event: NewsOf<'module.initFailed'> };

/** This incarnation failed: it is put down, and the restart policy decides what follows. */
export function putDown<Step extends string>(step: Step, verdict: Omit<Verdict, 'forced'>) {
  const judged = { ...verdict, forced: step !== 'leaving' };
  return { target: end(step, 'toRecover'), actions: { type: 'judge', params: judged } } as const;
}

/** Keeps what the process says of a debugger; heartbeats count anew from then on. */
export const noteDebugger = {
  type: 'noteDebugger',
  params: ({ event }: Debugged) => ({ debugger: event.debugger }),
} as const;

/** Whoever halts a module to look at it is no reason to end it. */
export const debugged = [stale, { actions: noteDebugger }] as const satisfies Outcome<'debugger.changed'>;

/** A frame that is no message of the protocol: counted; one after which nothing can be understood ends the incarnation. */
export function refuse(phase: ConnectionPhase) {
  return [
    stale,
    {
      guard: { type: 'is', params: ({ event }: Refused) => ({ fact: event.fatal }) },
      target: end('terminating', 'toRecover'),
      actions: [
        ...discard('malformed').actions,
        {
          type: 'judge',
          params: ({ event }: Refused) => ({
            cause: 'malformed-frame',
            phase,
            detail: event.detail,
            forced: true,
          }),
        },
      ],
    },
    discard('malformed'),
  ] as const satisfies Outcome<'message.refused'>;
}

/** It uses more than it may: it is put down before its host or its neighbours suffer. */
export function exceed(phase: ConnectionPhase) {
  return [
    stale,
    {
      target: end('terminating', 'toRecover'),
      actions: {
        type: 'judge',
        params: ({ event }: Exceeded): Verdict => ({
          cause: event.budget === 'memory' ? 'out-of-memory' : 'too-busy',
          phase,
          detail: event.detail,
          forced: true,
        }),
      },
    },
  ] as const satisfies Outcome<'budget.exceeded'>;
}

/** `init` failed: the process may drive its device all the same, so it is always put down. */
export const initFailure = [
  stale,
  {
    target: end('terminating', 'toRecover'),
    actions: {
      type: 'judge',
      params: ({ event }: Failed): Verdict => ({
        cause: event.misconfigured ? 'misconfigured' : 'init-failed',
        phase: 'initialising',
        detail: `init failed (${event.message})`,
        forced: true,
      }),
    },
  },
] as const satisfies Outcome<'module.initFailed'>;

/** A claim to be this incarnation's module: only its own token and a version we speak lead on. */
export const registration = [
  stale,
  {
    guard: {
      type: 'is',
      params: ({ event }: Registered) => ({ fact: !event.tokenValid }),
    },
    target: end('terminating', 'toRecover'),
    actions: turnAway('wrong-token'),
  },
  {
    guard: {
      type: 'is',
      params: ({ event }: Registered) => ({ fact: !event.versionSupported }),
    },
    // It is told why, and has a moment to say so itself.
    target: end('leaving', 'toRecover'),
    actions: turnAway('incompatible'),
  },
  {
    target: '#initialising',
    actions: [
      tell({ type: 'acceptRegistration' }),
      tell({ type: 'releaseHeld' }),
      'forgetHeld',
      'markConfigSent',
      tell({ type: 'initialise' }),
    ],
  },
] as const satisfies Outcome<'module.registered'>;

/** The module says that it leaves by itself. */
export function goodbye(phase: ConnectionPhase) {
  return putDown('leaving', { cause: 'completed', phase, detail: 'said goodbye' });
}

function turnAway(cause: 'wrong-token' | 'incompatible') {
  return [
    {
      type: 'tell',
      params: ({ event }: Registered) => ({
        order: { type: 'refuseRegistration', reason: event.detail } as const,
      }),
    },
    {
      type: 'judge',
      params: ({ event }: Registered): Verdict => ({
        cause,
        phase: 'registering',
        detail: event.detail,
        forced: true,
      }),
    },
  ] as const;
}
