import { debugged } from '../judgements.ts';
import { deliver } from '../messages.ts';
import { deathOfFailed, ordered, spawnFailure } from '../ends.ts';
import {
  acknowledge,
  discard,
  rememberPid,
  reject,
  stale,
  startTimer,
  tell,
  withoutStart,
} from '../outcomes.ts';
import { anew, change } from '../orders.ts';
import { total, type Outcomes } from '../total.ts';

/** It came after it was decided to end this incarnation, of whichever incarnation it is. */
const late = discard('stale');

/** What is the same however the process is ended and whatever follows. */
export const whileEnding = {
  configure: change,
  ...withoutStart,
  // A stop may have been ordered before the process was there.
  'process.spawned': [stale, rememberPid],
  'channel.closed': [stale, acknowledge('its exit follows')],
  'message.refused': [stale, discard('malformed')],
  'module.registered': late,
  'module.initialised': late,
  'module.initFailed': late,
  'module.extended': late,
  'module.configRefused': late,
  'module.restartNeeded': late,
  'heartbeat.missed': late,
  'heartbeat.answered': late,
  'budget.exceeded': late,
  'debugger.changed': debugged,
} as const satisfies Partial<Outcomes>;

/** What the region `next` answers. */
type Next = 'enable' | 'disable' | 'restart' | 'remove' | 'process.exited' | 'process.spawnFailed';
/** What the region `step` answers. */
type Step = 'message.received' | 'module.unregistered' | 'stop.answered';

const step = total<keyof typeof whileEnding | Next>();
const next = total<keyof typeof whileEnding | Step>();

const stopping = { 'message.received': late, 'module.unregistered': late, 'stop.answered': late } as const;

export const leaving = step({
  id: 'leaving',
  description: 'It said goodbye or closed its channel; it has a moment to exit by itself.',
  entry: [startTimer('leaveTimeout'), tell({ type: 'guard' })],
  after: { leaveTimeout: { target: '#terminating', actions: 'force' } },
  on: stopping,
});

export const asking = step({
  id: 'asking',
  description: 'The module was asked to stop by itself; its messages still arrive.',
  entry: [startTimer('askTimeout'), tell({ type: 'askToStop' })],
  after: { askTimeout: { target: '#terminating' } },
  on: {
    'message.received': deliver,
    'module.unregistered': [stale, acknowledge('as asked; its exit follows')],
    'stop.answered': [stale, { target: '#terminating' }],
  },
});

export const terminating = step({
  id: 'terminating',
  description: 'SIGTERM was sent to the process.',
  entry: [
    startTimer('terminateTimeout'),
    tell({ type: 'close', cause: 'its process is being ended' }),
    tell({ type: 'signal', signal: 'SIGTERM' }),
  ],
  after: { terminateTimeout: { target: '#killing' } },
  on: stopping,
});

export const killing = step({
  id: 'killing',
  description: 'SIGKILL was sent to the process and its whole group.',
  entry: [startTimer('killTimeout'), tell({ type: 'signal', signal: 'SIGKILL' })],
  after: { killTimeout: { target: '#stuck' } },
  on: stopping,
});

export const stuck = step({
  id: 'stuck',
  description:
    "The process survives SIGKILL: the operating system can't end it now. Nothing else starts before it is gone.",
  tags: ['loud'],
  entry: [
    'forgetTimer',
    { type: 'explain', params: { reason: 'the process does not die, not even by SIGKILL' } },
  ],
  on: stopping,
});

export const toRecover = next({
  id: 'toRecover',
  description: 'This incarnation failed and is being put down; the restart policy decides what follows.',
  on: {
    enable: acknowledge('already enabled'),
    disable: { target: '#toDisable' },
    restart: { target: '#toRestart' },
    remove: { target: '#toRemove' },
    'process.exited': deathOfFailed('puttingDown'),
    'process.spawnFailed': spawnFailure(),
  },
});

export const toDisable = next({
  id: 'toDisable',
  description: 'It stays down.',
  tags: ['unwanted'],
  on: {
    enable: { target: '#toRestart' },
    disable: acknowledge('already being disabled'),
    restart: reject('it is being disabled: enable it first'),
    remove: { target: '#toRemove' },
    'process.exited': ordered('disable', '#disabled'),
    'process.spawnFailed': [stale, { target: '#disabled' }],
  },
});

export const toRestart = next({
  id: 'toRestart',
  description: 'It starts again as soon as the process is gone.',
  on: {
    enable: acknowledge('it will start again'),
    disable: { target: '#toDisable' },
    restart: acknowledge('it will start again'),
    remove: { target: '#toRemove' },
    'process.exited': ordered('restart', '#preparing'),
    'process.spawnFailed': [stale, anew],
  },
});

export const toRemove = next({
  id: 'toRemove',
  description: 'The connection ends with the process.',
  tags: ['unwanted'],
  on: {
    enable: reject('it is being removed'),
    disable: acknowledge('it is being removed'),
    restart: reject('it is being removed'),
    remove: acknowledge('already being removed'),
    'process.exited': ordered('remove', '#removed'),
    'process.spawnFailed': [stale, { target: '#removed' }],
  },
});
