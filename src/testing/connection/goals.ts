import { statusOf, type ConnectionState } from '../../machines/status.ts';
import type { ConnectionGoal, ConnectionSituation } from './move.ts';

type By = Parameters<ConnectionGoal['by']>[0];

/** What must stay possible for one of the actors, whatever the others do or leave undone: of them, only the deadlines help. */
export function goalsOf(actor: number): ConnectionGoal[] {
  const own = (situations: readonly ConnectionSituation[]) => situations[actor] as ConnectionSituation;
  const isIn = (state: ConnectionState) => (situations: readonly ConnectionSituation[]) =>
    statusOf(own(situations).snapshot).state === state;
  const by = (isAllowed: (move: By) => boolean) => (move: By) =>
    move.actor === actor ? isAllowed(move) : move.tags.includes('timer');
  return [
    {
      name: 'From everywhere it can be disabled, whatever its module does.',
      from: (situations) => !isOnItsWayOut(own(situations)),
      reached: isIn('disabled'),
      by: by((move) => move.name === 'disable' || isInevitable(move)),
    },
    {
      name: 'From everywhere it can be removed, whatever its module does.',
      from: () => true,
      reached: isIn('removed'),
      by: by((move) => move.name === 'remove' || isInevitable(move)),
    },
    {
      name: 'A module that is healthy from now on becomes ready.',
      from: (situations) => mayHope(own(situations)),
      reached: (situations) => isReady(own(situations)),
      by: by(isHealthy),
    },
  ];
}

// What comes about without any help of the module: it need not even end before it is killed.
function isInevitable({ tags }: By): boolean {
  return tags.includes('inevitable') || tags.includes('timer');
}

// What a healthy module does and what patience with it brings about; no deadline it would miss, and no order.
function isHealthy({ tags, name }: By): boolean {
  return tags.includes('healthy') || (tags.includes('timer') && !isDeadlineOfStart(name));
}

function isDeadlineOfStart(timer: string): boolean {
  return ['prepareTimeout', 'spawnTimeout', 'registerTimeout', 'initTimeout'].some((name) =>
    timer.includes(name),
  );
}

function isOnItsWayOut({ world }: ConnectionSituation): boolean {
  return world.wanted === 'never';
}

// Where somebody else has to act first, the state says so loudly; where the module has finished, nothing is left to hope for.
function mayHope({ snapshot }: ConnectionSituation): boolean {
  const { verdict, policy, failures } = snapshot.context;
  const cause = verdict?.cause;
  if (cause === 'misconfigured' || cause === 'incompatible') return failures.untold > 0;
  if (cause === 'completed' && policy.restart !== 'permanent') return false;
  return !snapshot.hasTag('unwanted') && statusOf(snapshot).state !== 'misconfigured';
}

// With the restart type `temporary`, every failure is the last.
function isReady({ snapshot }: ConnectionSituation): boolean {
  const { state } = statusOf(snapshot);
  return state === 'ready' || (state === 'failed' && snapshot.context.policy.restart === 'temporary');
}
