import { connectionMachine } from '../../src/machines/connection.ts';
import { connectionSetup } from '../../src/machines/connection-setup.ts';

type Machine = typeof connectionMachine;
/** A state as it was written, with all that may be in it. */
export interface Written {
  on: Record<string, unknown>;
  states: Record<string, Written>;
  exit?: unknown;
  after?: Record<string, unknown>;
}

/** The connection's chart with one mistake in it. */
export function planted(mistake: (chart: Written) => void): Machine {
  const chart = copied(connectionMachine.config) as Written;
  mistake(chart);
  return connectionSetup.createMachine(chart as never) as unknown as Machine;
}

/** A state by its path. */
export function stateAt(chart: Written, path: string): Written {
  let state = chart;
  for (const name of path.split('.')) state = state.states[name] as Written;
  return state;
}

// Functions stay what they are, so this is no work for structuredClone.
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copied(each)]));
}
