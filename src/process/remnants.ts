import { livingGroups } from './process-table.ts';
import { killRestOfGroup } from './signals.ts';

/** What processes that have exited left behind in their groups. */
export interface Remnants {
  /** Kills the rest of this process's group, and remembers it until its last member is gone. */
  add(leader: number): void;
  kill(): void;
  isEmpty(): boolean;
}

/** Calls back for each group of which nobody is left, possibly at once. */
export function createRemnants(onGone: (leader: number) => void): Remnants {
  let groups: number[] = [];
  let polling = false;
  // Nobody reports the end of a grandchild. This waits for the operating system, so it doesn't go by the manager's clock.
  const poll = (delay: number): void => {
    setTimeout(() => {
      const before = groups;
      groups = livingGroups(groups.filter(killRestOfGroup));
      polling = groups.length > 0;
      if (polling) poll(Math.min(delay * 2, 250));
      for (const leader of before) if (!groups.includes(leader)) onGone(leader);
    }, delay);
  };
  return {
    add(leader: number): void {
      if (!killRestOfGroup(leader)) return onGone(leader);
      groups.push(leader);
      if (!polling) poll(5);
      polling = true;
    },
    kill(): void {
      for (const group of groups) killRestOfGroup(group);
    },
    isEmpty: () => groups.length === 0,
  };
}
