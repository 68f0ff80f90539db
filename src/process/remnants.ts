import { killRestOfGroup, restOfGroup, type RestOfGroup } from './signals.ts';

/** What processes that have exited left behind in their groups. */
export interface Remnants {
  /** Kills the rest of this process's group, and remembers it until its last member is gone. Only in the moment in which its exit is seen. */
  add(leader: number): void;
  kill(): void;
  isEmpty(): boolean;
}

/** Calls back for each group of which nobody is left, possibly at once. */
export function createRemnants(onGone: (leader: number) => void): Remnants {
  let groups: RestOfGroup[] = [];
  let polling = false;
  const kill = (): RestOfGroup[] => groups.map(killRestOfGroup).filter((rest) => rest !== undefined);
  // Nobody reports the end of a grandchild. This waits for the operating system, so it doesn't go by the manager's clock.
  const poll = (delay: number): void => {
    setTimeout(() => {
      const before = groups;
      groups = kill();
      polling = groups.length > 0;
      if (polling) poll(Math.min(delay * 2, 250));
      const left = new Set(groups.map(({ leader }) => leader));
      for (const { leader } of before) if (!left.has(leader)) onGone(leader);
    }, delay);
  };
  return {
    add(leader: number): void {
      const rest = restOfGroup(leader);
      if (rest === undefined) return onGone(leader);
      groups.push(rest);
      killRestOfGroup(rest);
      if (!polling) poll(5);
      polling = true;
    },
    kill: () => void kill(),
    isEmpty: () => groups.length === 0,
  };
}
