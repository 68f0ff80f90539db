import type { ConnectionPhase, DiscardReason } from './connection-context.ts';
import type { ConnectionEvent, ProcessNews, ProcessOrder } from './connection-events.ts';
import type { Verdict } from './exits.ts';
import type { Aftermath, UnplannedEnd } from './restart.ts';
import type { Timer } from './timers.ts';
import type { Outcome, Outcomes } from './total.ts';

type News<T extends ProcessNews['type']> = Extract<ConnectionEvent, { type: T }>;

/** Not acted upon, counted, and told to those who listen. */
export function discard(reason: DiscardReason) {
  return {
    actions: [
      { type: 'countDiscarded', params: { reason } },
      { type: 'reportDiscarded', params: { reason } },
    ],
  } as const;
}

/** Nothing changes, and that is right. */
export function acknowledge(why: string) {
  return { description: why, meta: { acknowledged: why } } as const;
}

/** Refused; the one who gave the order gets an error. */
export function reject(why: string) {
  return { description: why, actions: { type: 'reportRejected', params: { why } } } as const;
}

/** First candidate of every piece of news: what isn't this incarnation's changes nothing. */
export const stale = { guard: 'isStale', ...discard('stale') } as const;

export const unexpected = [stale, discard('unexpected')] as const;
export const duplicate = [stale, discard('duplicate')] as const;

/** The same for news of a start that has no process yet. */
export const staleStart = { guard: 'isStaleStart', ...discard('stale') } as const;

/** Notes when a state was entered and, if it has a timer, when that fires. */
export function stamp(timer: Timer | null = null) {
  return { type: 'stamp', params: { timer } } as const;
}

/** Notes when the timer of a substate fires. */
export function startTimer(timer: Timer) {
  return { type: 'startTimer', params: { timer } } as const;
}

/** An order to this incarnation's process. */
export function tell(order: ProcessOrder) {
  return { type: 'tell', params: { order } } as const;
}

/** The two regions of `ending`: how the process is being ended, and what follows. */
export function end<Step extends string, Next extends string>(step: Step, next: Next) {
  return [`#${step}`, `#${next}`] as const;
}

/** This incarnation failed: it is put down, and the restart policy decides what follows. */
export function putDown<Step extends string>(step: Step, verdict: Omit<Verdict, 'forced'>) {
  const judged = { ...verdict, forced: step !== 'leaving' };
  return { target: end(step, 'toRecover'), actions: { type: 'judge', params: judged } } as const;
}

/** An actor of the connection broke, which is a bug here: said loudly; the manager ends what it left behind. */
export const broken = {
  target: '#failed',
  actions: [
    { type: 'explain', params: { reason: 'an actor of this connection broke' } },
    { type: 'reportBroken', params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }) },
  ],
} as const;

/** A message for the app. */
export const deliver = [
  stale,
  {
    actions: {
      type: 'tell',
      params: ({ event }: { event: News<'message.received'> }) => ({
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
      params: ({ event }: { event: News<'message.received'> }) => ({ early: event.message.early }),
    },
    actions: [
      'countHeld',
      {
        type: 'tell',
        params: ({ event }: { event: News<'message.received'> }) => ({
          order: { type: 'hold', message: event.message } as const,
        }),
      },
    ],
  },
  discard('unexpected'),
] as const satisfies Outcome<'message.received'>;

/** A frame that is no message of the protocol: counted; one after which nothing can be understood ends the incarnation. */
export function refuse(phase: ConnectionPhase) {
  return [
    stale,
    {
      guard: { type: 'is', params: ({ event }: { event: News<'message.refused'> }) => ({ fact: event.fatal }) },
      target: end('terminating', 'toRecover'),
      actions: [
        ...discard('malformed').actions,
        {
          type: 'judge',
          params: ({ event }: { event: News<'message.refused'> }) => ({
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

/** `init` failed: the process may drive its device all the same, so it is always put down. */
export const initFailure = [
  stale,
  {
    target: end('terminating', 'toRecover'),
    actions: {
      type: 'judge',
      params: ({ event }: { event: News<'module.initFailed'> }): Verdict => ({
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
      params: ({ event }: { event: News<'module.registered'> }) => ({ fact: !event.tokenValid }),
    },
    target: end('terminating', 'toRecover'),
    actions: turnAway('wrong-token'),
  },
  {
    guard: {
      type: 'is',
      params: ({ event }: { event: News<'module.registered'> }) => ({ fact: !event.versionSupported }),
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
      'markConfigSent',
      tell({ type: 'initialise' }),
    ],
  },
] as const satisfies Outcome<'module.registered'>;

/** The module says that it leaves by itself. */
export function goodbye(phase: ConnectionPhase) {
  return putDown('leaving', { cause: 'completed', phase, detail: 'said goodbye' });
}

/** What to do with everything that can't come because no process lives: it is from one that did. */
export const withoutProcess = {
  'process.spawned': discard('stale'),
  'process.spawnFailed': discard('stale'),
  'process.exited': discard('stale'),
  'channel.closed': discard('stale'),
  'heartbeat.missed': discard('stale'),
  'heartbeat.answered': discard('stale'),
  'message.received': discard('stale'),
  'message.refused': discard('stale'),
  'module.registered': discard('stale'),
  'module.initialised': discard('stale'),
  'module.initFailed': discard('stale'),
  'module.extended': discard('stale'),
  'module.unregistered': discard('stale'),
  'stop.answered': discard('stale'),
} as const satisfies Outcomes<ProcessNews['type']>;

/** What to do with news of a start that is over or has not begun. */
export const withoutStart = {
  'preparation.succeeded': discard('stale'),
  'preparation.failed': discard('stale'),
  'slot.granted': discard('stale'),
} as const satisfies Outcomes<'preparation.succeeded' | 'preparation.failed' | 'slot.granted'>;

/** The process ended and nobody ordered it: the policy says what follows, and no state that follows claims a process. */
export function death(phase: ConnectionPhase) {
  const endOf = ({ event }: { event: News<'process.exited'> }): UnplannedEnd => ({
    phase,
    at: event.at,
    chance: event.chance,
    death: { code: event.code, signal: event.signal, lastWords: event.lastWords },
  });
  return [stale, ...afterEnd(endOf)] as const satisfies Outcome<'process.exited'>;
}

/** There never was a process. What only a change can mend is `misconfigured`; the rest is a failed attempt like any other. */
export function spawnFailure() {
  const endOf = ({ event }: { event: News<'process.spawnFailed'> }): UnplannedEnd => ({
    phase: 'spawning',
    at: event.at,
    chance: event.chance,
    death: null,
    verdict: {
      cause: isLasting(event.errno) ? 'misconfigured' : 'spawn-failed',
      phase: 'spawning',
      detail: `spawn failed: ${event.message}`,
      forced: true,
    },
  });
  return [stale, ...afterEnd(endOf)] as const satisfies Outcome<'process.spawnFailed'>;
}

function turnAway(cause: 'wrong-token' | 'incompatible') {
  type Claim = { event: News<'module.registered'> };
  return [
    {
      type: 'tell',
      params: ({ event }: Claim) => ({ order: { type: 'refuseRegistration', reason: event.detail } as const }),
    },
    {
      type: 'judge',
      params: ({ event }: Claim): Verdict => ({ cause, phase: 'registering', detail: event.detail, forced: true }),
    },
  ] as const;
}

function afterEnd<E extends ConnectionEvent>(endOf: (args: { event: E }) => UnplannedEnd) {
  const leadsTo = (aftermath: Aftermath) =>
    ({
      type: 'leadsTo',
      params: ({ event }: { event: E }) => ({ aftermath, end: endOf({ event }) }),
    }) as const;
  const actions = [{ type: 'noteUnplannedEnd', params: endOf }, 'reportExit'] as const;
  return [
    { guard: leadsTo('misconfigured'), target: '#misconfigured', actions },
    { guard: leadsTo('completed'), target: '#disabled', actions },
    { guard: leadsTo('failed'), target: '#failed', actions },
    { guard: leadsTo('restartNow'), target: '#preparing', actions },
    { target: '#backingOff', actions },
  ] as const;
}

/** The process ended as ordered. */
export function ordered(purpose: string, target: string) {
  const planned = ({ event }: { event: News<'process.exited'> }) => ({
    at: event.at,
    purpose,
    death: { code: event.code, signal: event.signal, lastWords: event.lastWords },
  });
  return [
    stale,
    { target, actions: [{ type: 'notePlannedEnd', params: planned }, 'reportExit'] },
  ] as const satisfies Outcome<'process.exited'>;
}

// Trying again doesn't create a file or a permission.
function isLasting(errno: string | null): boolean {
  return errno !== null && ['ENOENT', 'EACCES', 'ENOTDIR', 'ENOEXEC', 'EPERM', 'ERR_INVALID_ARG_VALUE'].includes(errno);
}
