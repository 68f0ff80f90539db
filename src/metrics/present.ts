import { packageVersion } from '../package-version.ts';
import type { Connection, ConnectionState, ConnectionStatus, Manager, ManagerStatus } from '../index.ts';
import type { Families } from './families.ts';

/** Every state a present connection can be in: those without one are told, too. */
const states: readonly Exclude<ConnectionState, 'removed'>[] = [
  'disabled',
  'preparing',
  'replacing',
  'queued',
  'spawning',
  'registering',
  'takingOver',
  'initialising',
  'ready',
  'suspect',
  'stopping',
  'puttingDown',
  'backingOff',
  'failed',
  'misconfigured',
];

/** Gauges of what is true at the moment they are asked for; they listen to nothing. */
export function showPresent(manager: Manager, families: Families): void {
  const status = oncePerTurn(() => manager.status);
  families.gauge('build_info', 'Is 1; the label has the version of Greenroom.', ['version'], (gauge) =>
    gauge.set({ version: packageVersion() }, 1),
  );
  families.gauge('connections', 'Connections in each state.', ['state'], (gauge) => {
    for (const state of states) gauge.set({ state }, 0);
    for (const { state } of status().connections) gauge.inc({ state });
  });
  families.gauge('start_slots', 'How many processes may be starting at once.', [], (gauge) =>
    gauge.set(status().startSlots.total),
  );
  families.gauge('start_slots_held', 'How many processes are starting.', [], (gauge) =>
    gauge.set(status().startSlots.held),
  );
  families.gauge('starts_waiting', 'How many connections wait for a start slot.', [], (gauge) =>
    gauge.set(status().startSlots.waiting),
  );
  showSpares(families, () => status().spares);
  showConnections(families, () => status().connections);
  showQueues(families, () => manager.connections);
}

function showSpares(families: Families, all: () => ManagerStatus['spares']): void {
  families.gauge('spares_waiting', 'Processes that wait to take over.', ['module'], (gauge) => {
    for (const { module, state } of all()) gauge.inc({ module }, Number(state === 'waiting'));
  });
  families.gauge(
    'spare_memory_bytes',
    'Resident memory of processes that wait to take over, or start for that.',
    ['module'],
    (gauge) => {
      for (const { module, rss } of all()) if (rss !== null) gauge.inc({ module }, rss);
    },
  );
}

function showConnections(families: Families, all: () => ManagerStatus['connections']): void {
  families.gauge(
    'connection_state',
    'Is 1 for the state a connection is in.',
    ['connection', 'state'],
    (gauge) => {
      for (const { id, state } of all()) gauge.set({ connection: id, state }, 1);
    },
  );
  const each = (name: string, help: string, read: (status: ConnectionStatus) => number | null): void =>
    families.gauge(name, help, ['connection'], (gauge) => {
      for (const status of all()) {
        const value = read(status);
        if (value !== null) gauge.set({ connection: status.id }, value);
      }
    });
  each('connection_wanted', 'Whether a connection is to run.', ({ wanted }) => Number(wanted));
  each('connection_ready', 'Whether a connection is ready.', ({ state }) => Number(state === 'ready'));
  each(
    'connection_next_start_timestamp_seconds',
    'When a connection that waits will be started again.',
    ({ nextRetryAt }) => (nextRetryAt === null ? null : nextRetryAt / 1000),
  );
  each(
    'module_memory_bytes',
    'Resident memory of a module and the programs it started, where somebody looks.',
    ({ resources }) => resources?.rss ?? null,
  );
  each(
    'module_cpu_cores',
    'How many cores a module and the programs it started used lately, where somebody looks.',
    ({ resources }) => (resources?.cpu == null ? null : resources.cpu / 100),
  );
}

function showQueues(families: Families, all: () => readonly Connection[]): void {
  const each = (name: string, help: string, of: 'queuedBytes' | 'queuedMessages'): void =>
    families.gauge(name, help, ['connection'], (gauge) => {
      for (const { id, traffic } of all()) gauge.set({ connection: id }, traffic?.[of] ?? 0);
    });
  each('queue_bytes', 'Bytes that wait to be written to a module.', 'queuedBytes');
  each('queue_messages', 'Messages that wait to be written to a module.', 'queuedMessages');
}

/** All gauges of one scrape are filled in the same turn, and tell the same moment. */
function oncePerTurn<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    if (made === null) {
      made = { value: make() };
      queueMicrotask(() => (made = null));
    }
    return made.value;
  };
}
