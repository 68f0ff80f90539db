import { connectionMachine } from '../../../src/machines/connection.ts';
import { connectionSetup } from '../../../src/machines/connection-setup.ts';

type Machine = typeof connectionMachine;
type StateOfConfig = { states?: Record<string, StateOfConfig>; on?: Record<string, unknown> };

/** Statecharts of connections with one mistake each, planted by hand. */
export const mistakes: Readonly<Record<string, Machine>> = {
  'believes stale news': connectionMachine.provide({ guards: { isStale: () => false } }),
  'keeps its start slot': connectionMachine.provide({ actions: { releaseSlot: () => {} } }),
  'does not act on the exit of a ready module': changed('active.running.registered.operational.ready', {
    'process.exited': undefined,
  }),
  // With real processes the channel closes first, which alone would lead on.
  'notices neither the exit nor the closed channel of a ready module': changed(
    'active.running.registered.operational.ready',
    { 'process.exited': undefined, 'channel.closed': {} },
  ),
  'does not wait for the end when it restarts': changed('active.running.registered.operational', {
    restart: { target: '#preparing' },
  }),
  'starts again after it was disabled while it waited': changed('backingOff', { disable: {} }),
  'counts an ordered stop as a crash': changed('active.running.ending.next.toRestart', {
    'process.exited': handlerOf('active.running.ending.next.toRecover', 'process.exited'),
  }),
};

function changed(path: string, handlers: Readonly<Record<string, unknown>>): Machine {
  const config = copy(connectionMachine.config) as StateOfConfig;
  const state = stateAt(config, path);
  state.on = { ...state.on, ...handlers };
  return connectionSetup.createMachine(config as never) as unknown as Machine;
}

function handlerOf(path: string, event: string): unknown {
  return stateAt(connectionMachine.config as StateOfConfig, path).on?.[event];
}

function stateAt(config: StateOfConfig, path: string): StateOfConfig {
  return path.split('.').reduce((state, name) => state.states?.[name] as StateOfConfig, config);
}

/** Copies objects and lists, and keeps functions. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each)]));
}
