import type { Manager, ManagerEvents } from '../index.ts';
import { eachConnection } from './each-connection.ts';
import type { Families } from './families.ts';

const usualBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** Measures how long starts and recoveries take, by the clock of the manager; returns what ends that. */
export function measureStarts(
  manager: Manager,
  families: Families,
  buckets: readonly number[] = usualBuckets,
): () => void {
  const { toReady, recovery } = startFamilies(families, buckets);
  const starts = createStopwatches();
  const outages = createStopwatches();
  const take = ({ connection, status, previous }: ManagerEvents['status']): void => {
    const { state, since, wanted } = status;
    if (state === 'preparing' && previous.state !== 'preparing') starts.start(connection, since);
    if (!wanted) for (const watches of [starts, outages]) watches.stop(connection, since);
    if (state !== 'ready' || previous.state !== 'initialising') return;
    starts.stop(connection, since, (seconds) => toReady.observe({ connection }, seconds));
    outages.stop(connection, since, (seconds) => recovery.observe({ connection }, seconds));
  };
  const ends = [
    eachConnection(manager, (connection) => {
      // From 0 on, so that the first is an increase and not a beginning.
      for (const histogram of [toReady, recovery]) histogram.zero({ connection });
    }),
    manager.on('status', take),
    manager.on('exit', ({ connection, exit: { cause, at } }) => {
      if (cause !== 'stopped' && !outages.has(connection)) outages.start(connection, at);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function startFamilies(families: Families, buckets: readonly number[]) {
  const labels = ['connection'] as const;
  return {
    toReady: families.histogram(
      'time_to_ready_seconds',
      'From the beginning of a start, waiting for a slot included, until ready.',
      labels,
      buckets,
    ),
    recovery: families.histogram(
      'recovery_seconds',
      'From the first exit nobody ordered until ready again, however many starts that took.',
      labels,
      buckets,
    ),
  };
}

function createStopwatches() {
  const began = new Map<string, number>();
  return {
    has: (id: string): boolean => began.has(id),
    start: (id: string, at: number): void => void began.set(id, at),
    /** Tells the seconds since it was started, if it was. Whoever sets the clock back doesn't make them negative. */
    stop(id: string, at: number, tell: (seconds: number) => void = () => {}): void {
      const start = began.get(id);
      if (start === undefined || !began.delete(id)) return;
      tell(Math.max(0, at - start) / 1000);
    },
  };
}
