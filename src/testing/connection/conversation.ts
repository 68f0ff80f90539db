import { statusOf } from '../../machines/status.ts';
import type { ConnectionInvariant } from './move.ts';
import { obey, type ModuleProcess, type Surroundings } from './surroundings.ts';

/** A process is told things in the order of the handshake, and each of them when it is true. */
export const handshake: ConnectionInvariant = {
  name: 'The first thing a process is told is that it is accepted; messages follow, settings come after init.',
  inStep({ effects, before }) {
    let around: Surroundings = before.world;
    for (const effect of effects) {
      if (effect.type === 'told' && effect.child === 'process' && around.process !== null) {
        const order = effect.event.type;
        if (rules[order]?.(around.process) === false) return `${order} comes too early or again`;
      }
      around = obey(around, effect);
    }
    return undefined;
  },
};

/** Calls pass while the connection says so, and to nobody who is being ended by force. */
export const sessions: readonly ConnectionInvariant[] = [
  {
    name: 'Calls pass and heartbeats are watched as long as the state says that it can be called.',
    inSituation({ snapshot, world: { process } }) {
      const isCallable = snapshot.hasTag('callable');
      if (isCallable && process?.session !== 'open') return 'calls do not pass';
      return isCallable === (process?.isWatched ?? false)
        ? undefined
        : 'the watch is not what the state says';
    },
  },
  {
    name: 'Pending calls end before a process is ended by force.',
    inSituation({ snapshot, world: { process } }) {
      const { step } = statusOf(snapshot);
      const isForced = step === 'terminating' || step === 'killing' || step === 'stuck';
      return isForced && process?.session !== 'closed' ? `calls are open while ${step}` : undefined;
    },
  },
];

const rules: Record<string, (process: ModuleProcess) => boolean> = {
  acceptRegistration: ({ hasProved, told }) => hasProved && told === 'nothing',
  releaseHeld: ({ told }) => told !== 'nothing',
  deliver: ({ told, session }) => told !== 'nothing' && session !== 'closed',
  hold: ({ told }) => told === 'nothing',
  initialise: ({ told }) => told === 'that it is accepted',
  open: ({ isInitialised, session }) => isInitialised && session === 'not yet',
  configure: ({ isInitialised, session }) => isInitialised && session !== 'closed',
};
