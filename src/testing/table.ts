import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** One possible outcome of an event in a state. */
export interface Candidate {
  /** The guard that must hold; null if none. */
  readonly guard: string | null;
  /** The states it leads to; empty if it stays. */
  readonly targets: readonly string[];
  readonly actions: readonly string[];
  readonly description: string | null;
  /** The transition as XState made it. */
  readonly transition: AnyTransitionDefinition;
}

/** What one event does in one state: the candidates in the order in which they are tried, or the parallel region that answers instead. */
export interface Cell {
  readonly event: string;
  readonly candidates: readonly Candidate[];
  /** Set if another region of the same parallel state answers; then there are no candidates. */
  readonly region: string | null;
}

export interface Row {
  /** The path of the state below the root, such as `active.queued`. */
  readonly state: string;
  readonly description: string | null;
  readonly isFinal: boolean;
  readonly cells: readonly Cell[];
}

/**
 * What each event does in each leaf state of a machine, read from the machine itself. Timers and the ends of invoked actors are events of XState's own
 * and are left out unless named. An event without any outcome has no candidates and no region.
 */
export function stateTable(machine: AnyStateMachine, events: readonly string[] = eventsOf(machine)): Row[] {
  return leaves(machine.root).map((node) => ({
    state: node.path.join('.'),
    description: node.description ?? null,
    isFinal: node.type === 'final',
    cells: events.map((event) => cellOf(node, event)),
  }));
}

/** The events a machine mentions anywhere, in order of appearance. XState's own list leaves out those that are only ever ignored. */
export function eventsOf(machine: AnyStateMachine): string[] {
  const names = allNodes(machine.root).flatMap(({ transitions }) => [...transitions.keys()]);
  return [...new Set(names)].filter((event) => !event.startsWith('xstate.'));
}

/** A state and all below it. */
export function allNodes(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(allNodes)];
}

/** All states without substates, in order of appearance. */
function leaves(node: AnyStateNode): AnyStateNode[] {
  const children = Object.values(node.states);
  return children.length === 0 ? [node] : children.flatMap(leaves);
}

/** The machine is done: it takes no events. */
function isEnd({ type, parent }: AnyStateNode): boolean {
  return type === 'final' && parent?.parent === undefined;
}

function cellOf(node: AnyStateNode, event: string): Cell {
  if (isEnd(node)) return { event, candidates: [], region: null };
  const candidates = candidatesOf(node, event);
  const region = candidates.length === 0 ? answeringRegion(node, event) : null;
  return { event, candidates, region };
}

// As XState selects: from the leaf upwards, exact names only, until a candidate has no guard.
function candidatesOf(leaf: AnyStateNode, event: string): Candidate[] {
  const found: Candidate[] = [];
  for (let node: AnyStateNode | undefined = leaf; node !== undefined; node = node.parent) {
    for (const transition of node.transitions.get(event) ?? []) {
      found.push(describe(transition));
      if (transition.guard === undefined) return found;
    }
  }
  return found;
}

function answeringRegion(leaf: AnyStateNode, event: string): string | null {
  for (let node = leaf; node.parent !== undefined; node = node.parent) {
    const others = node.parent.type === 'parallel' ? Object.values(node.parent.states) : [];
    const answering = others.find(
      (region) => region !== node && leaves(region).every((other) => candidatesOf(other, event).length > 0),
    );
    if (answering !== undefined) return answering.path.join('.');
  }
  return null;
}

function describe(transition: AnyTransitionDefinition): Candidate {
  return {
    guard: transition.guard === undefined ? null : nameOf(transition.guard),
    targets: (transition.target ?? []).map(({ path }) => path.join('.')),
    actions: transition.actions.map(nameOf),
    description: transition.description ?? null,
    transition,
  };
}

function nameOf(implementation: unknown): string {
  if (typeof implementation === 'string') return implementation;
  return (implementation as { readonly type: string }).type;
}
