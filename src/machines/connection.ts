import { initialContext } from './connection-context.ts';
import { connectionSetup } from './connection-setup.ts';
import { broken, stamp, tell } from './outcomes.ts';
import { backingOff, disabled, failed, misconfigured } from './states/down.ts';
import {
  asking,
  killing,
  leaving,
  stuck,
  terminating,
  toDisable,
  toRecover,
  toRemove,
  toRestart,
  whileEnding,
} from './states/ending.ts';
import { initialising, ready, suspect, whileOperational, whileRegistered } from './states/running.ts';
import {
  preparing,
  queued,
  registering,
  replacing,
  spawning,
  takingOver,
  whileStarting,
} from './states/starting.ts';

/**
 * One connection to a module, from being added to being removed. Each state says what is true while inside, and each answers every
 * event; the answers are in `states/`, this is how the states stand to each other. Its three actors are provided by a manager.
 */
export const connectionMachine = connectionSetup.createMachine({
  id: 'connection',
  context: ({ input }) => initialContext(input),
  // The default is infinite: an action that raises its own event would hang the host.
  options: { maxIterations: 1000 },
  initial: 'disabled',
  on: {
    'spare.changed': {
      actions: { type: 'noteSpare', params: ({ event }) => ({ pid: event.pid }) },
    },
  },
  states: {
    disabled,
    preparing,
    replacing,
    active: {
      id: 'active',
      description: 'It waits in line for a start slot or, with a process, holds what it got.',
      invoke: {
        id: 'slot',
        src: 'slot',
        input: ({ context }) => ({ connectionId: context.id, start: context.starts }),
        onError: broken,
      },
      initial: 'queued',
      states: {
        queued,
        running: {
          id: 'running',
          description: 'A process exists, or was asked for. This state is only left when it is gone.',
          tags: ['alive'],
          entry: 'beginIncarnation',
          invoke: {
            id: 'process',
            src: 'process',
            input: ({ context, event }) => ({
              connectionId: context.id,
              incarnation: context.incarnation,
              // Who was granted a slot starts a process; there is no other way in but to take a spare.
              spare: event.type === 'slot.granted' ? null : context.spare,
            }),
            onError: broken,
          },
          initial: 'starting',
          states: {
            starting: {
              description: 'The incarnation has not registered yet; it holds a start slot.',
              exit: 'releaseSlot',
              initial: 'spawning',
              on: whileStarting,
              states: { spawning, registering },
            },
            takingOver,
            registered: {
              description: 'The incarnation has proved who it is.',
              initial: 'initialising',
              on: whileRegistered,
              states: {
                initialising,
                operational: {
                  id: 'operational',
                  description: 'Messages pass between app and module without touching this chart.',
                  entry: [tell({ type: 'open' }), tell({ type: 'watch' })],
                  exit: tell({ type: 'unwatch' }),
                  after: { forgetDelay: { actions: 'forgetCrashes' } },
                  initial: 'ready',
                  on: whileOperational,
                  states: { ready, suspect },
                },
              },
            },
            ending: {
              description: 'The process is being ended; nothing starts before it is gone.',
              type: 'parallel',
              entry: stamp(),
              on: whileEnding,
              states: {
                step: { initial: 'asking', states: { leaving, asking, terminating, killing, stuck } },
                next: { initial: 'toDisable', states: { toRecover, toDisable, toRestart, toRemove } },
              },
            },
          },
        },
      },
    },
    backingOff,
    failed,
    misconfigured,
    removed: {
      id: 'removed',
      description: 'The connection is gone for good.',
      tags: ['unwanted'],
      type: 'final',
      entry: stamp(),
    },
  },
});
