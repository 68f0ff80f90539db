import { statusOf, type ConnectionStatus } from '../../machines/status.ts';
import { handshake, sessions } from './conversation.ts';
import { exits, plannedStops, records } from './ends.ts';
import type { ConnectionInvariant, ConnectionSituation } from './move.ts';
import { slots } from './slots.ts';
import { takeovers } from './spares.ts';

/** What must hold for every connection, in the order of the library's promises. */
export const invariants: readonly ConnectionInvariant[] = [
  {
    name: 'There is one process at most.',
    inStep: ({ effects, before: { world } }) =>
      world.process !== null &&
      effects.some((effect) => effect.type === 'started' && effect.child === 'process')
        ? 'a second process is asked for while there is one'
        : undefined,
  },
  {
    name: 'No process is let go of while it lives.',
    inStep: ({ effects, before: { world } }) =>
      world.process !== null &&
      effects.some((effect) => effect.type === 'stopped' && effect.child === 'process')
        ? 'the chart leaves the state of the process before its exit is known'
        : undefined,
  },
  {
    name: 'The state claims a process exactly as long as there is one, or its exit is under way.',
    inSituation: ({ snapshot, world }) => {
      const claims = snapshot.hasTag('alive');
      if (claims === (world.process !== null)) return undefined;
      return claims
        ? `${stateIn(snapshot)} claims a process, and there is none`
        : `${stateIn(snapshot)} claims none, and there is one`;
    },
  },
  {
    name: 'Ready means registered with its own token, initialised, and not known to be gone.',
    inSituation: ({ snapshot, world: { process } }) =>
      snapshot.hasTag('callable') && !(process?.hasProved && process.isInitialised)
        ? `${stateIn(snapshot)} is not true`
        : undefined,
  },
  staleNews(),
  ...exits,
  ...desires(),
  handshake,
  ...sessions,
  ...slots,
  takeovers,
  ...plannedStops,
  ...records,
  {
    name: 'Nothing runs and nothing waits where nothing is to happen.',
    inSituation: ({ snapshot, timers, world }) => {
      const isResting = ['disabled', 'misconfigured', 'removed'].includes(stateIn(snapshot));
      const { preparation, slot, process } = world;
      const isQuiet = timers.length === 0 && preparation === 'none' && slot === 'none' && process === null;
      return isResting && !isQuiet ? `in ${stateIn(snapshot)} something goes on` : undefined;
    },
  },
  {
    name: 'What needs somebody’s attention says why.',
    inSituation: ({ snapshot }) =>
      snapshot.hasTag('loud') && snapshot.context.reason === null
        ? `${stateIn(snapshot)} gives no reason`
        : undefined,
  },
];

/** The situation a connection is in, as its status has it. */
function stateIn(snapshot: ConnectionSituation['snapshot']): ConnectionStatus['state'] {
  return statusOf(snapshot).state;
}

function staleNews(): ConnectionInvariant {
  return {
    name: 'News of what is over changes nothing and is counted as stale.',
    inStep({ tags, before, after, effects }) {
      if (!tags.includes('stale')) return undefined;
      const [effect, ...more] = effects;
      const isCounted =
        after.snapshot.context.discarded.stale === before.snapshot.context.discarded.stale + 1;
      if (!isCounted || effect?.type !== 'emitted' || more.length > 0) return 'it is acted upon';
      return isSame(before.snapshot, after.snapshot) ? undefined : 'it changes the connection';
    },
  };
}

function isSame(before: ConnectionSituation['snapshot'], after: ConnectionSituation['snapshot']): boolean {
  const keys = Object.keys(before.context) as (keyof typeof before.context)[];
  const isSameContext = keys.every(
    (key) => key === 'discarded' || before.context[key] === after.context[key],
  );
  return isSameContext && JSON.stringify(before.value) === JSON.stringify(after.value);
}

function desires(): ConnectionInvariant[] {
  return [
    {
      name: 'Nothing starts that is not wanted.',
      inStep: ({ effects, before: { world } }) =>
        world.wanted !== 'yes' && effects.some(({ type }) => type === 'started')
          ? 'a start begins although the last order says otherwise'
          : undefined,
      inSituation: ({ snapshot, world }) =>
        !snapshot.hasTag('unwanted') && world.wanted !== 'yes'
          ? `${stateIn(snapshot)} although the last order says otherwise`
          : undefined,
    },
    {
      name: 'Who is enabled is wanted.',
      inStep: ({ move, before, after }) =>
        move === 'enable' && before.world.wanted === 'yes' && after.snapshot.hasTag('unwanted')
          ? 'the order has no effect'
          : undefined,
    },
  ];
}
