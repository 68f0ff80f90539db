import { beforeSpawn, changeBeforeInit, changeStart, whileAlive } from '../orders.ts';
import { hold } from '../messages.ts';
import { debugged, exceed, putDown, refuse, registration } from '../judgements.ts';
import { death, spawnFailure } from '../ends.ts';
import {
  acknowledge,
  broken,
  discard,
  duplicate,
  rememberPid,
  stale,
  staleStart,
  stamp,
  unexpected,
  withoutProcess,
  withoutStart,
} from '../outcomes.ts';
import { total, type Outcomes } from '../total.ts';

export const preparing = total()({
  id: 'preparing',
  description: 'A start is wanted; module, runtime and permissions are being resolved.',
  entry: ['beginStart', stamp('prepareTimeout')],
  invoke: {
    id: 'preparation',
    src: 'preparation',
    input: ({ context }) => ({ connectionId: context.id, start: context.starts }),
    onError: broken,
  },
  after: {
    prepareTimeout: [
      { guard: 'isTooMuch', target: '#failed', actions: 'notePreparationTimeout' },
      { target: '#backingOff', actions: 'notePreparationTimeout' },
    ],
  },
  on: {
    ...beforeSpawn,
    restart: { target: '#preparing', reenter: true, actions: 'beginAnew' },
    configure: changeStart,
    'preparation.succeeded': [staleStart, { target: '#active' }],
    'preparation.failed': [
      staleStart,
      {
        target: '#misconfigured',
        actions: { type: 'explain', params: ({ event }) => ({ reason: event.message }) },
      },
    ],
    'slot.granted': discard('stale'),
    ...withoutProcess,
  },
});

export const replacing = total()({
  id: 'replacing',
  description: 'Its process is gone; a spare that waits is about to take its place.',
  entry: ['beginStart', stamp('prepareTimeout')],
  invoke: {
    id: 'preparation',
    src: 'preparation',
    input: ({ context }) => ({ connectionId: context.id, start: context.starts, spare: context.spare }),
    onError: broken,
  },
  after: { prepareTimeout: { target: '#preparing' } },
  on: {
    ...beforeSpawn,
    restart: { target: '#preparing', actions: 'beginAnew' },
    configure: changeStart,
    'preparation.succeeded': [staleStart, { target: '#takingOver' }],
    // It was taken by another connection, or is dead: that is nobody's crash.
    'preparation.failed': [staleStart, { target: '#preparing' }],
    'slot.granted': discard('stale'),
    ...withoutProcess,
  },
});

export const queued = total()({
  description: 'All is ready for a process; it waits for a start slot.',
  entry: [stamp(), 'requestSlot'],
  on: {
    ...beforeSpawn,
    restart: acknowledge('it is about to start'),
    configure: changeStart,
    ...withoutStart,
    'slot.granted': [staleStart, { target: '#running' }],
    ...withoutProcess,
  },
});

/** What the two phases before registration have in common; what it answers, they don't. */
export const whileStarting = {
  ...whileAlive('terminating'),
  configure: changeBeforeInit,
  ...withoutStart,
  'message.received': hold,
  'module.initialised': unexpected,
  'module.initFailed': unexpected,
  'module.extended': unexpected,
  'module.configRefused': unexpected,
  'module.restartNeeded': unexpected,
  'module.unregistered': unexpected,
  'stop.answered': unexpected,
  'heartbeat.missed': unexpected,
  'heartbeat.answered': unexpected,
  'debugger.changed': debugged,
} as const satisfies Partial<Outcomes>;

export const spawning = total<keyof typeof whileStarting>()({
  description: 'The operating system was asked for a process.',
  entry: stamp('spawnTimeout'),
  after: {
    spawnTimeout: putDown('terminating', {
      cause: 'spawn-timeout',
      phase: 'spawning',
      detail: 'the process did not start in time',
    }),
  },
  on: {
    'process.spawned': [stale, { target: 'registering', ...rememberPid }],
    'process.spawnFailed': spawnFailure(),
    'process.exited': death('spawning'),
    'channel.closed': [
      stale,
      putDown('leaving', { cause: 'channel-closed', phase: 'spawning', detail: 'its channel closed' }),
    ],
    'module.registered': unexpected,
    'budget.exceeded': unexpected,
    'message.refused': refuse('spawning'),
  },
});

export const registering = total<keyof typeof whileStarting>()({
  description: 'A process runs that has not proved who it is; no other message of it is acted upon.',
  entry: stamp('registerTimeout'),
  after: {
    registerTimeout: putDown('terminating', {
      cause: 'register-timeout',
      phase: 'registering',
      detail: 'did not register in time',
    }),
  },
  on: {
    'process.spawned': duplicate,
    'process.spawnFailed': unexpected,
    'process.exited': death('registering'),
    'channel.closed': [
      stale,
      putDown('leaving', { cause: 'channel-closed', phase: 'registering', detail: 'its channel closed' }),
    ],
    'module.registered': registration,
    'budget.exceeded': exceed('registering'),
    'message.refused': refuse('registering'),
  },
});

export const takingOver = total()({
  id: 'takingOver',
  description: 'A spare that has registered already becomes the process of this connection.',
  entry: stamp('registerTimeout'),
  after: {
    registerTimeout: putDown('terminating', {
      cause: 'register-timeout',
      phase: 'takingOver',
      detail: 'did not take over in time',
    }),
  },
  on: {
    ...whileStarting,
    'process.spawned': [stale, rememberPid],
    'process.spawnFailed': [stale, { target: '#preparing' }],
    'process.exited': death('takingOver'),
    'channel.closed': [
      stale,
      putDown('leaving', { cause: 'channel-closed', phase: 'takingOver', detail: 'its channel closed' }),
    ],
    'module.registered': registration,
    'budget.exceeded': exceed('takingOver'),
    'message.refused': refuse('takingOver'),
  },
});
