import { statusOf } from '../../machines/status.ts';
import type { ConnectionInvariant, ConnectionStep } from './move.ts';

/** Every exit leads at once to a state that claims no process. */
export const exits: readonly ConnectionInvariant[] = [
  {
    name: 'Every exit leads at once to a state that claims no process.',
    inStep: ({ tags, after: { snapshot } }) =>
      tags.includes('exit') && snapshot.hasTag('alive')
        ? `the exit leaves it in ${statusOf(snapshot).state}`
        : undefined,
  },
];

/** An intended stop is never a crash. */
export const plannedStops: readonly ConnectionInvariant[] = [
  {
    name: 'An intended stop is not a crash.',
    inStep({ tags, before, after }) {
      if (!tags.includes('exit') || !isPlanned(before)) return undefined;
      const { state, lastExit, attempt } = statusOf(after.snapshot);
      if (lastExit?.crash) return 'it is recorded as one';
      if (attempt > before.snapshot.context.failures.attempt) return 'it is counted as one';
      return ['backingOff', 'failed', 'misconfigured'].includes(state) ? `it leads to ${state}` : undefined;
    },
  },
];

/** The last words survive. */
export const records: readonly ConnectionInvariant[] = [
  {
    name: 'Every exit is told once, with all that is known of it.',
    inStep(step) {
      if (!step.tags.includes('exit')) return undefined;
      const told = step.effects.filter(
        (effect) => effect.type === 'emitted' && effect.event.type === 'exited',
      );
      if (told.length !== 1) return `it is told ${told.length} times`;
      return isComplete(step) ? undefined : 'its record is not what was reported';
    },
  },
];

function isPlanned(before: ConnectionStep['before']): boolean {
  const { next } = statusOf(before.snapshot);
  return next !== null && next !== 'toRecover';
}

function isComplete({ event, before, after }: ConnectionStep): boolean {
  const { lastExit } = after.snapshot.context;
  if (lastExit === null || event?.type !== 'process.exited') return false;
  return (
    lastExit.incarnation === before.snapshot.context.incarnation &&
    lastExit.code === event['code'] &&
    lastExit.signal === event['signal'] &&
    lastExit.lastWords === event['lastWords'] &&
    lastExit.detail !== ''
  );
}
