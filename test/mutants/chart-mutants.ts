import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { allNodes } from '../../src/testing/table.ts';
import { copied, type Edit, type Path } from './edits.ts';
import { outcomesOf, type Outcomes, type WrittenState } from './written.ts';
import { candidateMutants } from './candidate-mutants.ts';
import { paramMutants } from './param-mutants.ts';
import { stateMutants } from './state-mutants.ts';

/** A chart with one step of it changed. */
export interface ChartMutant {
  /** Names it for good, by what is changed and how. */
  readonly id: string;
  readonly kind: string;
  readonly edits: readonly Edit[];
}

/** A state as it is written, and as XState reads it. */
export interface Place {
  readonly node: AnyStateNode;
  readonly state: WrittenState;
  readonly path: Path;
  readonly outcomes: readonly Outcomes[];
}

/** Every mutant of a machine's chart that differs from it in one step. Throws if a transition has none. */
export function chartMutants(machine: AnyStateMachine): ChartMutant[] {
  const places = placesOf(machine);
  const mutants = [
    ...places.flatMap(stateMutants),
    ...places.flatMap(candidateMutants),
    ...swappedDelays(places),
    ...paramMutants(copied(machine.config), places),
  ];
  const untouched = untouchedTransitions(places, mutants);
  if (untouched.length > 0) throw new Error(`No mutant changes ${untouched.join(', ')}.`);
  return numbered(mutants);
}

/** Every state of a machine, with the outcomes written there. */
function placesOf(machine: AnyStateMachine): Place[] {
  const config = copied(machine.config) as WrittenState;
  return allNodes(machine.root).map((node) => {
    const path = node.path.flatMap((name) => ['states', name]);
    const state = node.path.reduce((above, name) => above.states?.[name] as WrittenState, config);
    return { node, state, path, outcomes: outcomesOf(state, path) };
  });
}

// XState's own list of transitions is what must be covered, so that one written in a way unknown here is found.
function untouchedTransitions(places: readonly Place[], mutants: readonly ChartMutant[]): string[] {
  const changed = new Set(mutants.flatMap(({ edits }) => edits.map(({ path }) => path.join('/'))));
  return places.flatMap(({ node, outcomes }) => {
    const known = outcomes.filter(({ path }) => changed.has(path.join('/')));
    const written = known.reduce((sum, { candidates }) => sum + candidates.length, 0);
    const real = [...node.transitions.values()].flat().length;
    const named = node.id;
    return written === real ? [] : [`${real - written} of ${real} transitions of ${named}`];
  });
}

function swappedDelays(places: readonly Place[]): ChartMutant[] {
  const timed = places.flatMap(({ node, path, state }) =>
    Object.entries(state.after ?? {}).map(([delay, outcome]) => ({ node, path, delay, outcome })),
  );
  return timed.flatMap((one, index) =>
    // Those of one name have the same delay.
    timed
      .slice(index + 1)
      .filter(({ delay }) => delay !== one.delay)
      .map((other) => ({
        id: `${one.node.path.join('.')} and ${other.node.path.join('.')}: ${one.delay} <-> ${other.delay}`,
        kind: 'swap delays',
        edits: [
          { path: [...one.path, 'after'], value: { [other.delay]: one.outcome } },
          { path: [...other.path, 'after'], value: { [one.delay]: other.outcome } },
        ],
      })),
  );
}

function numbered(mutants: readonly ChartMutant[]): ChartMutant[] {
  const seen = new Map<string, number>();
  return mutants.map((mutant) => {
    const count = (seen.get(mutant.id) ?? 0) + 1;
    seen.set(mutant.id, count);
    return count === 1 ? mutant : { ...mutant, id: `${mutant.id} (${count})` };
  });
}
