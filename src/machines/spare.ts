import {
  acknowledged,
  hasRegistered,
  isThere,
  lost,
  needless,
  neverWas,
  notYet,
  stale,
  tooLate,
  whileWanted,
  withoutProcess,
} from './spare-outcomes.ts';
import { spareSetup } from './spare-setup.ts';

const resting = { type: 'stamp', params: { timer: null } } as const;

/**
 * A process that is kept for whom it may concern: started, registered, and told nothing. It is no connection's process, because it has no config and drives
 * nothing, until one whose own process is gone takes it over. Each state answers every event. Its two actors are provided by a manager.
 */
export const spareMachine = spareSetup.createMachine({
  id: 'spare',
  context: ({ input: { id, policy, at } }) => ({
    id,
    policy,
    since: at,
    due: null,
    incarnation: 0,
    pid: null,
    failures: 0,
    reason: null,
  }),
  // The default is infinite: an action that raises its own event would hang the host.
  options: { maxIterations: 1000 },
  initial: 'unwanted',
  states: {
    unwanted: {
      id: 'unwanted',
      description: 'Nobody could need a spare now.',
      entry: [resting, 'forgetFailures'],
      on: {
        want: { target: '#renewing' },
        dismiss: acknowledged('nobody wanted it'),
        'slot.granted': acknowledged('the wish is over'),
        ...notYet,
        ...withoutProcess,
      },
    },
    renewing: {
      id: 'renewing',
      description:
        'A spare is wanted, and is started a little later, when whoever has just become ready or failed is done with that.',
      entry: { type: 'stamp', params: { timer: 'renewalDelay' } },
      after: { renewalDelay: { target: '#needed' } },
      on: {
        want: acknowledged('it is known, and this is not the moment to start one'),
        dismiss: { target: '#unwanted' },
        'slot.granted': acknowledged('it holds none'),
        ...notYet,
        ...withoutProcess,
      },
    },
    needed: {
      id: 'needed',
      description: 'It waits in line for a start slot or, with a process, holds what it got.',
      invoke: { id: 'slot', src: 'slot' },
      initial: 'queued',
      states: {
        queued: {
          description: 'A spare is wanted; it waits for a start slot.',
          entry: resting,
          on: {
            want: acknowledged('it is about to start'),
            dismiss: { target: '#unwanted' },
            'slot.granted': { target: 'running' },
            ...notYet,
            ...withoutProcess,
          },
        },
        running: {
          description:
            'A process exists, or was asked for. This state is only left when it is gone, or taken.',
          entry: 'beginIncarnation',
          exit: 'forgetPid',
          invoke: {
            id: 'process',
            src: 'process',
            input: ({ context }) => ({ id: context.id, incarnation: context.incarnation }),
          },
          initial: 'starting',
          states: {
            starting: {
              description: 'It has not registered yet; it holds a start slot.',
              exit: 'releaseSlot',
              initial: 'spawning',
              on: { ...whileWanted, ...notYet, ...lost },
              states: {
                spawning: {
                  description: 'The operating system was asked for a process.',
                  entry: { type: 'stamp', params: { timer: 'spawnTimeout' } },
                  after: { spawnTimeout: tooLate('it did not start in time') },
                  on: {
                    'process.spawned': [
                      stale,
                      {
                        target: 'registering',
                        actions: { type: 'rememberPid', params: ({ event }) => ({ pid: event.pid }) },
                      },
                    ],
                    'process.spawnFailed': neverWas,
                    'process.registered': needless,
                    'process.waits': needless,
                  },
                },
                registering: {
                  description: 'A process runs that has not proved who it is.',
                  entry: { type: 'stamp', params: { timer: 'registerTimeout' } },
                  after: { registerTimeout: tooLate('it did not register in time') },
                  on: {
                    ...isThere,
                    'process.registered': [stale, { target: '#answering' }],
                    'process.waits': needless,
                  },
                },
              },
            },
            answering: {
              id: 'answering',
              description: 'It has registered, and shows that it answers.',
              entry: { type: 'stamp', params: { timer: 'answerTimeout' } },
              after: { answerTimeout: tooLate('it did not answer in time') },
              on: {
                ...whileWanted,
                ...notYet,
                ...hasRegistered,
                'process.waits': [stale, { target: '#waiting' }],
                ...lost,
              },
            },
            waiting: {
              id: 'waiting',
              description:
                'It has registered and knows nothing yet: any connection that could need it may take it.',
              tags: ['takeable'],
              entry: resting,
              on: {
                ...whileWanted,
                take: { target: '#renewing', actions: 'forgetFailures' },
                ...hasRegistered,
                'process.waits': needless,
                ...lost,
              },
            },
            ending: {
              description:
                'Its process was sent SIGKILL: it knows nothing and drives nothing that could be put in order before.',
              entry: [resting, 'kill'],
              initial: 'dismissed',
              on: {
                ...notYet,
                'slot.granted': acknowledged('its process is being ended'),
                // A start may have been given up before the process was there.
                'process.spawned': [
                  stale,
                  { actions: { type: 'rememberPid', params: ({ event }) => ({ pid: event.pid }) } },
                ],
                'process.registered': needless,
                'process.waits': needless,
                'process.failed': needless,
              },
              states: {
                dismissed: {
                  id: 'dismissed',
                  description: 'Nobody could need it any more.',
                  on: {
                    want: { target: '#replaced' },
                    dismiss: acknowledged('it is being ended'),
                    'process.spawnFailed': [stale, { target: '#unwanted' }],
                    'process.exited': [stale, { target: '#unwanted' }],
                  },
                },
                replaced: {
                  id: 'replaced',
                  description: 'Another one follows.',
                  on: {
                    want: acknowledged('another one follows'),
                    dismiss: { target: '#dismissed' },
                    'process.spawnFailed': [stale, { target: '#renewing' }],
                    'process.exited': [stale, { target: '#renewing' }],
                  },
                },
              },
            },
          },
        },
      },
    },
  },
});
