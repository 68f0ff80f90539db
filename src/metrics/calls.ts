import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { outcomeOf } from '../history/calls.ts';
import type { Manager, TracedCall } from '../index.ts';
import type { Families } from './families.ts';

interface CallOptions {
  /** The names that are told apart. */
  readonly names: readonly string[];
  readonly buckets: readonly number[] | undefined;
}

const usualBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts and times every call between the app and its modules; returns what ends that. */
export function countCalls(
  manager: Manager,
  families: Families,
  { names, buckets }: CallOptions,
): () => void {
  const { calls, durations } = callFamilies(families, buckets);
  const pending = new Map<TracedCall, number>();
  families.gauge(
    'calls_pending',
    'Calls that wait for their answer.',
    ['connection', 'direction'],
    (gauge) => {
      for (const { id } of manager.connections)
        for (const direction of ['out', 'in'] as const) gauge.set({ connection: id, direction }, 0);
      for (const [call] of pending) {
        const { connection, direction } = call;
        if (isOf(manager, call)) gauge.inc({ connection: connection.id, direction });
      }
    },
  );
  const known = new Set(names);
  return followCalls(
    (call) => {
      if (isOf(manager, call)) pending.set(call, performance.now());
    },
    (call) => {
      const start = pending.get(call);
      if (start === undefined || !pending.delete(call)) return;
      // What is told of a connection that is gone was taken away, and stays away.
      if (!isOf(manager, call)) return;
      const { connection, direction, name } = call;
      const about = { connection: connection.id, direction, name: known.has(name) ? name : 'other' };
      calls.inc({ ...about, outcome: outcomeOf(call) });
      durations.observe(about, (performance.now() - start) / 1000);
    },
  );
}

function callFamilies(families: Families, buckets: readonly number[] = usualBuckets) {
  const labels = ['connection', 'direction', 'name'] as const;
  return {
    calls: families.counter(
      'calls_total',
      'Calls that were settled, by outcome: "ok", the code of an error of Greenroom, or "error" for what a handler of the app threw.',
      [...labels, 'outcome'],
    ),
    durations: families.histogram('call_duration_seconds', 'How long calls took.', labels, buckets),
  };
}

function isOf(manager: Manager, { connection }: TracedCall): boolean {
  return manager.has(connection.id) && manager.get(connection.id) === connection;
}

function followCalls(onStart: (call: TracedCall) => void, onEnd: (call: TracedCall) => void): () => void {
  const start = (call: unknown): void => onStart(call as TracedCall);
  const end = (call: unknown): void => onEnd(call as TracedCall);
  subscribe('tracing:greenroom:call:start', start);
  subscribe('tracing:greenroom:call:asyncEnd', end);
  return () => {
    unsubscribe('tracing:greenroom:call:start', start);
    unsubscribe('tracing:greenroom:call:asyncEnd', end);
  };
}
