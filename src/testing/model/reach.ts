import type { Space } from './explore.ts';
import type { Goal } from './model.ts';

/** The first configuration from which a goal should be reachable and isn't; null if there is none. */
export function firstDeadEnd(space: Space, goal: Goal, index: number): number | null {
  const reaches = canReach(space, goal, index);
  for (let each = 0; each < space.configurations; each += 1) {
    if (reaches[each] === 0 && goal.from(space.at(each))) return each;
  }
  return null;
}

// Backwards from where the goal is reached, along the edges its moves allow.
function canReach(space: Space, goal: Goal, index: number): Uint8Array {
  const { starts, sources } = incoming(space, 1 << index);
  const { marked, queue } = markReached(space, goal);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const source of sources.subarray(starts[next], starts[next + 1])) {
      if (marked[source] === 1) continue;
      marked[source] = 1;
      queue.push(source);
    }
  }
  return marked;
}

function markReached(space: Space, goal: Goal) {
  const marked = new Uint8Array(space.configurations);
  const queue: number[] = [];
  for (let each = 0; each < space.configurations; each += 1) {
    if (!goal.reached(space.at(each))) continue;
    marked[each] = 1;
    queue.push(each);
  }
  return { marked, queue };
}

/** For each configuration, where its edges come from: those of configuration n are `sources[starts[n]]` up to `sources[starts[n + 1]]`. */
function incoming({ configurations, edges }: Space, goal: number) {
  const { from, to, goals } = edges;
  const starts = new Int32Array(configurations + 1);
  const count = (target: number, by: number): number => {
    const sum = (starts[target] ?? 0) + by;
    starts[target] = sum;
    return sum;
  };
  for (let edge = 0; edge < to.length; edge += 1) if (goals.at(edge) & goal) count(to.at(edge), 1);
  for (let each = 0; each < configurations; each += 1) count(each + 1, starts[each] ?? 0);
  const sources = new Int32Array(starts[configurations] ?? 0);
  // Filled from the end of each range, which moves its start to where it belongs.
  for (let edge = 0; edge < to.length; edge += 1) {
    if (goals.at(edge) & goal) sources[count(to.at(edge), -1)] = from.at(edge);
  }
  return { starts, sources };
}
