import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { allNodes, eventsOf, stateTable } from './table.ts';

/** Mistakes in a statechart that XState neither types nor reports. Empty if there are none. */
export function lintMachine(machine: AnyStateMachine): string[] {
  const nodes = allNodes(machine.root);
  return [
    ...nodes.flatMap(missingDescription),
    ...nodes.flatMap(misplacedKeys),
    ...nodes.flatMap(wrongInitial),
    ...nodes.flatMap((node) => missingImplementations(machine, node)),
    ...unusedImplementations(machine, nodes),
    ...unanswered(machine),
    ...wildcards(nodes),
  ];
}

interface Used {
  readonly kind: 'actions' | 'guards' | 'delays' | 'actors';
  readonly name: string;
}

const stateKeys = new Set(
  'id type initial states invoke on entry exit after always onDone description tags meta output history target key parent order context options version route types schemas'.split(
    ' ',
  ),
);

function place(node: AnyStateNode): string {
  return node.path.length === 0 ? 'the root' : `state "${node.path.join('.')}"`;
}

function missingDescription(node: AnyStateNode): string[] {
  const isRegion = node.parent?.type === 'parallel';
  const isNeeded = node.parent !== undefined && !isRegion;
  return isNeeded && !node.description ? [`${place(node)} has no description`] : [];
}

function misplacedKeys(node: AnyStateNode): string[] {
  return Object.keys(node.config)
    .filter((key) => !stateKeys.has(key))
    .map((key) => `${place(node)} has a key "${key}", which XState ignores there`);
}

function wrongInitial(node: AnyStateNode): string[] {
  const { initial } = node.config as { initial?: unknown };
  const names = Object.keys(node.states);
  if (names.length === 0 || node.type === 'parallel') return [];
  if (typeof initial === 'string' && names.includes(initial)) return [];
  return [`${place(node)} begins in "${String(initial)}", which is none of ${names.join(', ')}`];
}

function missingImplementations(machine: AnyStateMachine, node: AnyStateNode): string[] {
  return usedBy(node)
    .filter(({ kind, name }) => !Object.hasOwn(machine.implementations[kind], name) && !isBuiltIn(name))
    .map(({ kind, name }) => `${place(node)} uses "${name}", which is none of the machine's ${kind}`);
}

function unusedImplementations(machine: AnyStateMachine, nodes: readonly AnyStateNode[]): string[] {
  const known = new Set(nodes.flatMap(usedBy).map(({ kind, name }) => `${kind}/${name}`));
  return (['actions', 'guards', 'delays', 'actors'] as const).flatMap((kind) =>
    Object.keys(machine.implementations[kind])
      .filter((name) => !known.has(`${kind}/${name}`))
      .map((name) => `"${name}" of the machine's ${kind} is used nowhere`),
  );
}

function unanswered(machine: AnyStateMachine): string[] {
  return stateTable(machine, eventsOf(machine))
    .filter(({ isFinal }) => !isFinal)
    .flatMap(({ state, cells }) =>
      cells.flatMap(({ event, candidates, region }) => {
        if (region !== null || candidates.at(-1)?.guard === null) return [];
        const why = candidates.length === 0 ? 'has no answer' : 'has no answer when no guard holds';
        return [`state "${state}": "${event}" ${why}`];
      }),
    );
}

function wildcards(nodes: readonly AnyStateNode[]): string[] {
  return nodes.flatMap((node) =>
    [...node.transitions.keys()]
      .filter((event) => event.includes('*'))
      .map((event) => `${place(node)} answers "${event}": a wildcard also swallows errors and timers`),
  );
}

function usedBy(node: AnyStateNode): Used[] {
  const transitions = [...node.transitions.values()].flat();
  const actions = [...node.entry, ...node.exit, ...transitions.flatMap(({ actions: own }) => own)];
  const { after } = node.config as { after?: object };
  return [
    ...actions.flatMap((action) => used('actions', action)),
    ...transitions.flatMap(({ guard }) => used('guards', guard)),
    ...node.invoke.flatMap(({ src }) => used('actors', src)),
    ...Object.keys(after ?? {}).map((name) => ({ kind: 'delays' as const, name })),
  ];
}

function used(kind: Used['kind'], implementation: unknown): Used[] {
  if (typeof implementation === 'string') return [{ kind, name: implementation }];
  if (typeof implementation !== 'object' || implementation === null || !('type' in implementation)) return [];
  return [{ kind, name: String(implementation.type) }];
}

function isBuiltIn(name: string): boolean {
  return name.startsWith('xstate.') || /^\d+$/.test(name);
}
