import { assign, emit, fromCallback, sendTo, setup } from 'xstate';
import type { ProcessLogic, SlotLogic, StartLogic } from './connection-actors.ts';
import {
  noFailures,
  type ConnectionContext,
  type ConnectionInput,
  type DiscardReason,
} from './connection-context.ts';
import type { ConnectionEvent, ProcessOrder } from './connection-events.ts';
import type { DebuggerState } from '../process/debugger.ts';
import type { ExitRecord, Verdict } from './exits.ts';
import type { ConnectionPolicy } from './policy.ts';
import {
  afterPlannedEnd,
  afterUnplannedEnd,
  aftermathOf,
  countedCrash,
  isTooMuch,
  nextWait,
  type Aftermath,
  type PlannedEnd,
  type UnplannedEnd,
} from './restart.ts';
import { timeOf, timers, type Timer } from './timers.ts';

/** What a connection tells those who listen to its actor with `on`. */
export type ConnectionEmitted =
  /** An incarnation ended, or could not be started. */
  | { readonly type: 'exited'; readonly exit: ExitRecord }
  | {
      readonly type: 'discarded';
      readonly reason: DiscardReason;
      readonly incarnation: number;
      /** The event that was discarded. */
      readonly event: ConnectionEvent;
    }
  /** An order was refused. */
  /** `event` is the order itself, as it was sent. */
  | { readonly type: 'rejected'; readonly event: ConnectionEvent; readonly why: string }
  /** An actor of the connection broke: a bug in this library. */
  | { readonly type: 'broken'; readonly error: unknown };

/** Why a transition changes nothing, for the table of states and events. */
export interface Acknowledged {
  readonly acknowledged: string;
}

export interface Change {
  readonly config: boolean;
  readonly module: boolean;
  readonly label?: string;
  readonly policy?: ConnectionPolicy;
}

/** Types, actions, guards and delays of the connection; the chart itself is in `connection.ts`. */
export const connectionSetup = setup({
  types: {
    context: {} as ConnectionContext,
    events: {} as ConnectionEvent,
    emitted: {} as ConnectionEmitted,
    input: {} as ConnectionInput,
    transitionMeta: {} as Acknowledged,
    children: {} as { preparation: 'preparation'; slot: 'slot'; process: 'process' },
    tags: {} as 'alive' | 'callable' | 'loud' | 'unwanted',
  },
  actors: {
    preparation: absent('preparation') as StartLogic,
    slot: absent('slot') as SlotLogic,
    process: absent('process') as ProcessLogic,
  },
  actions: {
    stamp: assign(({ context, event }, { timer }: { timer: Timer | null }) => {
      const at = timeOf(context, event);
      return { since: at, due: timer === null ? null : at + timers[timer](context) };
    }),
    startTimer: assign(({ context, event }, { timer }: { timer: Timer }) => ({
      due: timeOf(context, event) + timers[timer](context),
    })),
    forgetTimer: assign({ due: null }),
    beginStart: assign(({ context }) => ({ starts: context.starts + 1 })),
    beginIncarnation: assign(({ context }) => ({
      incarnation: context.incarnation + 1,
      failures: { ...context.failures, untold: 0 },
      pid: null,
      held: 0,
      missed: 0,
      debugger: null,
      verdict: null,
    })),
    rememberPid: assign((_, { pid }: { pid: number }) => ({ pid })),
    beginAnew: assign({ failures: noFailures, reason: null }),
    forgetCrashes: assign({ failures: noFailures }),
    forgetReason: assign({ reason: null }),
    countProbe: assign(({ context: { failures } }) => ({
      failures: { ...failures, probes: failures.probes + 1 },
    })),
    judge: assign((_, verdict: Verdict) => ({ verdict, reason: verdict.detail })),
    force: assign(({ context }) => ({ verdict: context.verdict && { ...context.verdict, forced: true } })),
    explain: assign((_, { reason }: { reason: string }) => ({ reason })),
    noteUnplannedEnd: assign(({ context }, end: UnplannedEnd) => afterUnplannedEnd(context, end)),
    notePlannedEnd: assign(({ context }, end: PlannedEnd) => afterPlannedEnd(context, end)),
    notePreparationTimeout: assign(({ context, event }) => ({
      failures: nextWait(context.policy, countedCrash(context, timeOf(context, event)), 0.5),
      reason: `module not found within ${context.policy.deadlines.prepare} ms`,
    })),
    noteChange: assign(({ context }, { config, module, label, policy }: Change) => ({
      wantedConfig: context.wantedConfig + (config || label !== undefined ? 1 : 0),
      failures: { ...context.failures, untold: context.failures.untold + (config || module ? 1 : 0) },
      label: label ?? context.label,
      policy: policy ?? context.policy,
    })),
    markConfigSent: assign(({ context }) => ({
      sentConfig: context.wantedConfig,
      failures: { ...context.failures, untold: 0 },
    })),
    extendInit: assign(({ context }, { by, at }: { by: number; at: number }) => ({
      due: Math.max(
        context.due ?? at,
        Math.min(at + by, context.since + context.policy.deadlines.initAtMost),
      ),
    })),
    countMiss: assign(({ context }) => ({ missed: context.missed + 1 })),
    noteDebugger: assign((_, { debugger: state }: { debugger: DebuggerState }) => ({
      debugger: state,
      missed: 0,
    })),
    forgetMisses: assign({ missed: 0 }),
    forgetHeld: assign({ held: 0 }),
    countHeld: assign(({ context }) => ({ held: context.held + 1 })),
    countDiscarded: assign(({ context }, { reason }: { reason: DiscardReason }) => ({
      discarded: { ...context.discarded, [reason]: context.discarded[reason] + 1 },
    })),
    reportDiscarded: emit(({ context, event }, { reason }: { reason: DiscardReason }) => ({
      type: 'discarded' as const,
      reason,
      incarnation: 'incarnation' in event ? event.incarnation : context.incarnation,
      event,
    })),
    reportExit: emit(({ context }) => ({ type: 'exited' as const, exit: context.lastExit as ExitRecord })),
    reportRejected: emit(({ event }, { why }: { why: string }) => ({
      type: 'rejected' as const,
      event,
      why,
    })),
    reportBroken: emit((_, { error }: { error: unknown }) => ({ type: 'broken' as const, error })),
    tell: sendTo('process', (_, { order }: { order: ProcessOrder }) => order),
    requestSlot: sendTo('slot', { type: 'request' }),
    releaseSlot: sendTo('slot', { type: 'release' }),
    noteSpare: assign((_, { pid }: { pid: number | null }) => ({ spare: pid })),
  },
  guards: {
    isStale: ({ context, event }) => 'incarnation' in event && event.incarnation !== context.incarnation,
    isStaleStart: ({ context, event }) => 'start' in event && event.start !== context.starts,
    leadsTo: ({ context }, { aftermath, end }: { aftermath: Aftermath; end: UnplannedEnd }) =>
      aftermathOf(context, end) === aftermath,
    isTooMuch: ({ context, event }) => isTooMuch(context, timeOf(context, event)),
    configIsOutdated: ({ context }) => context.sentConfig !== context.wantedConfig,
    mayBeHeld: ({ context }, { early }: { early: boolean }) =>
      early && context.held < context.policy.heldMessages,
    mayBeExtended: ({ context }) =>
      context.due !== null && context.due < context.since + context.policy.deadlines.initAtMost,
    isSuspicious: ({ context }) => context.missed + 1 >= context.policy.heartbeat.suspectAfter,
    isHopeless: ({ context }) => context.missed + 1 >= context.policy.heartbeat.putDownAfter,
    isDebugged: ({ context }) => context.debugger === 'attached',
    hasSpare: ({ context }) => context.spare !== null,
    mayProbe: ({ context }) => context.policy.restart !== 'temporary',
    is: (_, { fact }: { fact: boolean }) => fact,
    moduleChanged: ({ event }) => event.type === 'configure' && event.module,
    startChanged: ({ event }) => event.type === 'configure' && (event.module || event.config),
    moduleIsConcerned: ({ event }) =>
      event.type === 'configure' && (event.config || event.label !== undefined),
  },
  delays: {
    prepareTimeout: ({ context }) => timers.prepareTimeout(context),
    spawnTimeout: ({ context }) => timers.spawnTimeout(context),
    registerTimeout: ({ context }) => timers.registerTimeout(context),
    // Until it is due, which the module may have put off since the state was entered.
    initTimeout: ({ context, event }) => Math.max(0, (context.due ?? 0) - timeOf(context, event)),
    leaveTimeout: ({ context }) => timers.leaveTimeout(context),
    askTimeout: ({ context }) => timers.askTimeout(context),
    terminateTimeout: ({ context }) => timers.terminateTimeout(context),
    killTimeout: ({ context }) => timers.killTimeout(context),
    restartDelay: ({ context }) => timers.restartDelay(context),
    probeDelay: ({ context }) => timers.probeDelay(context),
    forgetDelay: ({ context }) => timers.forgetDelay(context),
  },
});

// The real actors belong to a manager, which provides them; the chart alone only knows their names.
function absent(name: string) {
  return fromCallback<never, never>(() => {
    throw new Error(
      `The connection machine runs without its actor "${name}": give it one with machine.provide().`,
    );
  }) as unknown;
}
