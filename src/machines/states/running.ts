import { changeDuringInit, changeWhileReady, whileAlive } from '../orders.ts';
import { deliver } from '../messages.ts';
import { debugged, exceed, goodbye, initFailure, noteDebugger, putDown, refuse } from '../judgements.ts';
import { death, deathOfReady } from '../ends.ts';
import {
  acknowledge,
  discard,
  duplicate,
  stale,
  stamp,
  startTimer,
  tell,
  unexpected,
  withoutStart,
  end,
} from '../outcomes.ts';
import type { NewsOf } from '../connection-events.ts';
import { total, type Outcomes } from '../total.ts';

/** What a registered process brings that is the same before and after `init`; what it answers, its states don't. */
export const whileRegistered = {
  ...whileAlive('asking'),
  ...withoutStart,
  'process.spawned': duplicate,
  'process.spawnFailed': unexpected,
  'message.received': deliver,
  'module.registered': duplicate,
  'stop.answered': unexpected,
  'debugger.changed': debugged,
} as const satisfies Partial<Outcomes>;

export const initialising = total<keyof typeof whileRegistered>()({
  id: 'initialising',
  description: 'The module has registered; its `init` is under way.',
  initial: 'waiting',
  entry: stamp('initTimeout'),
  states: {
    waiting: {
      description: 'Until the deadline, which the module may put off.',
      after: {
        initTimeout: [
          { guard: 'isDebugged', target: 'debugged' },
          putDown('terminating', {
            cause: 'init-timeout',
            phase: 'initialising',
            detail: 'did not finish its init in time',
          }),
        ],
      },
    },
    debugged: {
      description: 'The deadline has passed, but a debugger is attached: there is none until it goes.',
      entry: 'forgetTimer',
      on: {
        'debugger.changed': [
          stale,
          {
            guard: { type: 'is', params: ({ event }) => ({ fact: event.debugger === 'attached' }) },
            actions: noteDebugger,
          },
          { target: 'waiting', actions: [noteDebugger, startTimer('initTimeout')] },
        ],
      },
    },
  },
  on: {
    configure: changeDuringInit,
    'process.exited': death('initialising'),
    'channel.closed': [
      stale,
      putDown('leaving', { cause: 'channel-closed', phase: 'initialising', detail: 'its channel closed' }),
    ],
    'message.refused': refuse('initialising'),
    'budget.exceeded': exceed('initialising'),
    'module.initialised': [
      stale,
      {
        guard: 'configIsOutdated',
        target: '#operational',
        actions: ['markConfigSent', tell({ type: 'configure' })],
      },
      { target: '#operational' },
    ],
    'module.initFailed': initFailure,
    'module.extended': [
      stale,
      {
        guard: 'mayBeExtended',
        target: '.waiting',
        actions: { type: 'extendInit', params: ({ event }) => ({ by: event.by, at: event.at }) },
      },
      discard('unexpected'),
    ],
    'module.configRefused': unexpected,
    'module.restartNeeded': unexpected,
    'module.unregistered': [stale, goodbye('initialising')],
    'heartbeat.missed': unexpected,
    'heartbeat.answered': unexpected,
  },
});

/** What `ready` and `suspect` have in common. */
export const whileOperational = {
  configure: changeWhileReady,
  'message.refused': refuse('ready'),
  'module.initialised': duplicate,
  'module.initFailed': unexpected,
  'module.extended': unexpected,
  'module.configRefused': [
    stale,
    {
      actions: {
        type: 'explain',
        params: ({ event }: { event: NewsOf<'module.configRefused'> }) => ({
          reason: `${event.isAnswer ? 'refuses' : 'has not confirmed'} its new config: ${event.message}`,
        }),
      },
    },
  ],
  'module.restartNeeded': [stale, { target: end('asking', 'toRestart') }],
  'module.unregistered': [stale, goodbye('ready')],
  'channel.closed': [
    stale,
    putDown('leaving', { cause: 'channel-closed', phase: 'ready', detail: 'its channel closed' }),
  ],
} as const satisfies Partial<Outcomes>;

type Elsewhere = keyof typeof whileRegistered | keyof typeof whileOperational;

export const ready = total<Elsewhere>()({
  description: 'Registered with its own token, initialised, and it answers.',
  tags: ['callable'],
  entry: [stamp(), 'forgetMisses', 'forgetReason'],
  on: {
    'process.exited': deathOfReady('ready'),
    'budget.exceeded': exceed('ready'),
    'heartbeat.missed': [
      stale,
      { guard: 'isSuspicious', target: 'suspect', actions: 'countMiss' },
      { actions: 'countMiss' },
    ],
    'heartbeat.answered': [stale, { actions: 'forgetMisses' }],
  },
});

export const suspect = total<Elsewhere>()({
  description: 'Heartbeats are overdue; calls are still accepted.',
  tags: ['callable'],
  entry: [stamp(), { type: 'explain', params: { reason: 'heartbeats are overdue' } }],
  on: {
    'process.exited': deathOfReady('suspect'),
    'budget.exceeded': exceed('suspect'),
    'heartbeat.missed': [
      stale,
      { guard: 'isDebugged', ...acknowledge('a debugger holds it; nobody is put down for that') },
      {
        guard: 'isHopeless',
        ...putDown('terminating', {
          cause: 'hung',
          phase: 'suspect',
          detail: 'stopped answering heartbeats',
        }),
      },
      { actions: 'countMiss' },
    ],
    'heartbeat.answered': [stale, { target: 'ready' }],
  },
});
