import type { DiscardReason } from './connection-context.ts';
import type { ProcessNews, ProcessOrder } from './connection-events.ts';
import type { Timer } from './timers.ts';
import type { Outcomes } from './total.ts';

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

/** The operating system has a process for it. */
export const rememberPid = {
  actions: {
    type: 'rememberPid',
    params: ({ event }: { event: { readonly pid: number } }) => ({ pid: event.pid }),
  },
} as const;

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

/** An actor of the connection broke, which is a bug here: said loudly; the manager ends what it left behind. */
export const broken = {
  target: '#failed',
  actions: [
    { type: 'explain', params: { reason: 'an actor of this connection broke' } },
    { type: 'reportBroken', params: ({ event }: { event: { error: unknown } }) => ({ error: event.error }) },
  ],
} as const;

/** What to do with everything that can't come because no process lives: it is from one that did. */
export const withoutProcess = {
  'process.spawned': discard('stale'),
  'process.spawnFailed': discard('stale'),
  'process.exited': discard('stale'),
  'channel.closed': discard('stale'),
  'heartbeat.missed': discard('stale'),
  'heartbeat.answered': discard('stale'),
  'budget.exceeded': discard('stale'),
  'debugger.changed': discard('stale'),
  'message.received': discard('stale'),
  'message.refused': discard('stale'),
  'module.registered': discard('stale'),
  'module.initialised': discard('stale'),
  'module.initFailed': discard('stale'),
  'module.extended': discard('stale'),
  'module.configRefused': discard('stale'),
  'module.restartNeeded': discard('stale'),
  'module.unregistered': discard('stale'),
  'stop.answered': discard('stale'),
} as const satisfies Outcomes<ProcessNews['type']>;

/** What to do with news of a start that is over or has not begun. */
export const withoutStart = {
  'preparation.succeeded': discard('stale'),
  'preparation.failed': discard('stale'),
  'slot.granted': discard('stale'),
} as const satisfies Outcomes<'preparation.succeeded' | 'preparation.failed' | 'slot.granted'>;
