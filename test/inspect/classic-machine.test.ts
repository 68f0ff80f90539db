import { createActor, type AnyStateNode } from 'xstate';
import { expect, it } from 'vitest';
import { machineOf } from '../../packages/inspect-classic/src/machine.ts';
import { chartOf } from '../../src/inspect/chart.ts';
import { connectionMachine, defaultPolicy } from '../../src/machines/index.ts';

type ClassicNode = Pick<
  ReturnType<typeof machineOf>,
  'id' | 'type' | 'description' | 'tags' | 'transitions'
> & {
  readonly states: Readonly<Record<string, ClassicNode>>;
};

it('the machine of XState 4 has the states, and in each the transitions, targets and guards, of ours', () => {
  const input = { id: 'lamp', label: 'lamp', policy: defaultPolicy, at: 0 };
  const chart = chartOf(createActor(connectionMachine, { input }));
  const actor = { sessionId: 'x:0', rootId: 'x:0', parentId: null, name: 'lamp', chart };
  const ours = nodesOf(connectionMachine.root);
  const theirs = classicNodesOf(machineOf(actor));
  expect(theirs).toEqual(ours);
  expect(ours.length).toBeGreaterThan(25);
  expect(ours.flatMap(({ transitions }) => transitions).length).toBeGreaterThan(200);
  expect(machineOf(actor)).toBe(machineOf({ ...actor, sessionId: 'x:1' }));
});

function nodesOf(node: AnyStateNode): Told[] {
  const transitions = [...node.transitions.values()].flat().map(({ eventType, target, guard }) => ({
    event: eventType,
    targets: (target ?? []).map(({ id }) => id),
    guard: nameOf(guard),
  }));
  const told = tell(node, transitions);
  return [told, ...Object.values(node.states).flatMap(nodesOf)];
}

function classicNodesOf(node: ClassicNode): Told[] {
  const transitions = node.transitions.map(({ eventType, target, cond }) => ({
    event: asNow(eventType),
    targets: (target ?? []).map(({ id }) => id),
    guard: cond?.name ?? null,
  }));
  const told = tell(node, transitions);
  return [told, ...Object.values(node.states).flatMap(classicNodesOf)];
}

interface Transition {
  readonly event: string;
  readonly targets: readonly string[];
  readonly guard: string | null;
}

type Told = ReturnType<typeof tell>;

function tell(
  node: Pick<AnyStateNode, 'id' | 'type' | 'description' | 'tags'>,
  transitions: readonly Transition[],
) {
  const { id, type, description, tags } = node;
  const sorted = transitions.map((each) => JSON.stringify(each)).toSorted();
  return { id, type, description, tags: [...tags], transitions: sorted };
}

/** How XState 5 calls an event that it makes itself. */
function asNow(event: string): string {
  return event
    .replace(/^xstate\.after\((.+)\)#(.+)$/, 'xstate.after.$1.$2')
    .replace(/^error\.platform\.(.+)$/, 'xstate.error.actor.$1');
}

function nameOf(guard: unknown): string | null {
  if (guard === undefined || typeof guard === 'string') return guard ?? null;
  return (guard as { type: string }).type;
}
