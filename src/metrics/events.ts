import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Diagnostic, Diagnostics, Manager } from '../index.ts';
import { eachConnection } from './each-connection.ts';
import type { Families } from './families.ts';

/** Counts what a manager tells; returns what ends that. */
export function countEvents(manager: Manager, families: Families): () => void {
  const ends = [
    ...countProcesses(manager, families),
    ...countOutput(manager, families),
    countDiscarded(manager, families),
    countOverBudget(manager, families),
    countProblems(manager, families),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function countProcesses(manager: Manager, families: Families): (() => void)[] {
  const spawns = families.counter('spawns_total', 'Processes started.', ['connection']);
  const exits = families.counter(
    'exits_total',
    'Incarnations that ended, or could not be started, by cause.',
    ['connection', 'cause'],
  );
  const crashes = families.counter('crashes_total', 'Ends that count against the restart intensity.', [
    'connection',
  ]);
  const restarts = families.counter(
    'restarts_total',
    'Starts decided upon after an end, by its cause; "stopped" is an ordered restart, "none" a start that came to no process.',
    ['connection', 'cause'],
  );
  return [
    eachConnection(manager, (connection) => {
      // From 0 on, so that the first crash is an increase and not a beginning.
      for (const counter of [spawns, crashes]) counter.inc({ connection }, 0);
    }),
    manager.on('exit', ({ connection, exit: { cause, crash } }) => {
      exits.inc({ connection, cause });
      if (crash) crashes.inc({ connection });
    }),
    follow(manager, 'spawn', ({ connection }) => spawns.inc({ connection })),
    follow(manager, 'restart', ({ connection, cause }) =>
      restarts.inc({ connection, cause: cause ?? 'none' }),
    ),
  ];
}

function countOutput(manager: Manager, families: Families): (() => void)[] {
  const lines = families.counter('output_dropped_lines_total', 'Lines of output that were not passed on.', [
    'connection',
  ]);
  const bytes = families.counter('output_dropped_bytes_total', 'Bytes of output that were not passed on.', [
    'connection',
  ]);
  return [
    manager.on('outputDropped', ({ connection, lines: more, bytes: size }) => {
      lines.inc({ connection }, more);
      bytes.inc({ connection }, size);
    }),
  ];
}

function countDiscarded(manager: Manager, families: Families): () => void {
  const discarded = families.counter(
    'discarded_total',
    'Messages and pieces of news that were not acted upon, by reason.',
    ['connection', 'reason'],
  );
  return manager.on('discarded', ({ connection, reason }) => discarded.inc({ connection, reason }));
}

function countOverBudget(manager: Manager, families: Families): () => void {
  const excesses = families.counter(
    'over_budget_total',
    'How often a module began to use more than it may, or was put down for it.',
    ['connection', 'budget'],
  );
  return manager.on('overBudget', ({ connection, budget }) => excesses.inc({ connection, budget }));
}

/** Through the channel: a listener of the event would keep the warning away that is given without one. */
function countProblems(manager: Manager, families: Families): () => void {
  const problems = families.counter(
    'problems_total',
    'Listeners of the app that threw, and bugs of Greenroom.',
    [],
  );
  return follow(manager, 'problem', () => problems.inc({}));
}

function follow<N extends keyof Diagnostics>(
  manager: Manager,
  name: N,
  take: (message: Diagnostic<N>) => void,
): () => void {
  const listener = (message: unknown): void => {
    if ((message as Diagnostic<N>).manager === manager) take(message as Diagnostic<N>);
  };
  subscribe(`greenroom:${name}`, listener);
  return () => void unsubscribe(`greenroom:${name}`, listener);
}
