import type { AnyStateNode } from 'xstate';
import type { ChartMutant, Place } from './chart-mutants.ts';
import { negated } from './negated.ts';
import { listed, nameOf, type Outcomes, type WrittenCandidate } from './written.ts';

type Change = readonly [kind: string, what: string, candidate: WrittenCandidate];

/** The mutants of the transitions of one state: without it, without its guard, an action or a target, with another target, in another order. */
export function candidateMutants({ node, outcomes }: Place): ChartMutant[] {
  return outcomes.flatMap((outcome) => [
    ...dropped(node, outcome),
    ...swapped(node, outcome),
    ...outcome.candidates.flatMap((candidate, index) =>
      changesOf(node, candidate).map(([kind, what, changed]) => ({
        id: `${placeOf(node)}: ${outcome.event} #${index + 1}: ${what}`,
        kind,
        edits: [{ path: outcome.path, value: outcome.candidates.with(index, changed) }],
      })),
    ),
  ]);
}

/** The state by its path. */
export function placeOf(node: AnyStateNode): string {
  return node.path.join('.') || 'the root';
}

function dropped(node: AnyStateNode, { event, path, candidates }: Outcomes): ChartMutant[] {
  const whole = { id: `${placeOf(node)}: ${event}: drop`, kind: 'drop transition', edits: [{ path }] };
  if (candidates.length === 1) return [whole];
  return [
    whole,
    ...candidates.map((_, index) => ({
      id: `${placeOf(node)}: ${event} #${index + 1}: drop`,
      kind: 'drop branch',
      edits: [{ path, value: candidates.toSpliced(index, 1) }],
    })),
  ];
}

function swapped(node: AnyStateNode, { event, path, candidates }: Outcomes): ChartMutant[] {
  return candidates.slice(1).map((second, index) => ({
    id: `${placeOf(node)}: ${event} #${index + 1} <-> #${index + 2}`,
    kind: 'swap branches',
    edits: [{ path, value: candidates.toSpliced(index, 2, second, candidates[index] as WrittenCandidate) }],
  }));
}

function changesOf(node: AnyStateNode, candidate: WrittenCandidate): Change[] {
  const { guard, actions, reenter, ...rest } = candidate;
  const changes: Change[] = [];
  if (guard !== undefined) {
    const without = { ...rest, ...optional('actions', actions), ...optional('reenter', reenter) };
    changes.push(['drop guard', `drop guard ${nameOf(guard)}`, without]);
    changes.push(['negate guard', `unless ${nameOf(guard)}`, { ...candidate, guard: negated(guard) }]);
  }
  if (reenter === true) changes.push(['drop reenter', 'drop reenter', { ...candidate, reenter: false }]);
  return [...changes, ...withoutActions(candidate), ...withTargets(node, candidate)];
}

function withoutActions(candidate: WrittenCandidate): Change[] {
  const all = listed(candidate.actions ?? []);
  return all.map((action, index) => [
    'drop action',
    `drop ${nameOf(action)}`,
    { ...candidate, actions: all.toSpliced(index, 1) },
  ]);
}

function withTargets(node: AnyStateNode, candidate: WrittenCandidate): Change[] {
  const { target, ...rest } = candidate;
  if (target === undefined) return [];
  const all = listed(target);
  const others = all.flatMap((each, index) =>
    siblingsOf(resolved(node, each)).map((sibling): Change => [
      'change target',
      `${each} -> ${sibling.key}`,
      { ...rest, target: all.with(index, `#${sibling.id}`) },
    ]),
  );
  return [['drop target', `drop ${all.join(' + ')}`, rest], ...others];
}

function siblingsOf(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.parent?.states ?? {}).filter((sibling) => sibling !== node);
}

function resolved(node: AnyStateNode, target: string): AnyStateNode {
  if (target.startsWith('#')) return node.machine.getStateNodeById(target);
  const from = target.startsWith('.') ? node : node.parent;
  const found = from?.states[target.replace('.', '')];
  if (found === undefined) throw new Error(`"${target}" of ${placeOf(node)} can't be resolved.`);
  return found as AnyStateNode;
}

function optional<K extends string, T>(key: K, value: T | undefined): { [Key in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [Key in K]?: T });
}
