import type { AnyStateMachine, AnyTransitionDefinition, StateValue } from 'xstate';
import { allNodes, stateTable } from '../../../src/testing/table.ts';
import type { Way } from './paths.ts';

/** One outcome an event has in a state. */
export interface Branch {
  /** The event, and what tells this outcome from the event's others. */
  readonly name: string;
  readonly transition: AnyTransitionDefinition;
}

/** Every outcome of every event, timers and ends of actors included, in every leaf state of a machine. */
export function branchesOf(machine: AnyStateMachine): { state: string; branches: Branch[] }[] {
  const names = allNodes(machine.root).flatMap(({ transitions }) => [...transitions.keys()]);
  return stateTable(machine, [...new Set(names)]).map(({ state, cells }) => ({
    state,
    branches: cells.flatMap(({ event, candidates }) =>
      candidates.map(({ guard, targets, transition }, index) => ({
        name: `${event} #${index + 1} ${guard ?? 'else'} -> ${targets.join(' + ') || 'stays'}`,
        transition,
      })),
    ),
  }));
}

/** The leaf states of a state value, as paths. */
export function leavesOf(value: StateValue, path: readonly string[] = []): string[] {
  if (typeof value === 'string') return [[...path, value].join('.')];
  const regions = Object.entries(value) as [string, StateValue][];
  if (regions.length === 0) return [path.join('.')];
  return regions.flatMap(([name, below]) => leavesOf(below, [...path, name]));
}

/** Which branches some of these ways take, by leaf state. */
export function takenBy(ways: readonly Way[]): Map<string, Set<AnyTransitionDefinition>> {
  const taken = new Map<string, Set<AnyTransitionDefinition>>();
  for (const way of ways) {
    for (const leaf of leavesOf(way.from.state.snapshot.value)) {
      const own = taken.get(leaf) ?? new Set();
      taken.set(leaf, own);
      for (const transition of way.taken) own.add(transition);
    }
  }
  return taken;
}
