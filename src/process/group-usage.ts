import { readProcess, allPids, type ProcessRow } from './process-table.ts';
import type { ProcessIdentity } from './signals.ts';

/** What a process group uses. */
export interface Usage {
  /** Resident memory of all its members together, in bytes; pages they share count once for each. */
  readonly rss: number;
  /** Processor time its members used since the look before, in milliseconds; null at the first look. */
  readonly used: number | null;
}

/** Looks at process groups, each named by its leader. */
export interface GroupUsage {
  /** Those whose leader is gone, or has become another process, are missing. */
  look(leaders: readonly ProcessIdentity[]): ReadonlyMap<ProcessIdentity, Usage>;
  /** Forgets everything: the next look is the first. */
  forget(): void;
}

/** Reads `/proc`, so it finds nothing elsewhere. Processes that were found to belong to nobody here are not read again. */
export function createGroupUsage(): GroupUsage {
  return new Groups();
}

interface Group {
  rss: number;
  used: number;
}

class Groups implements GroupUsage {
  #strangers = new Set<number>();
  #ticks = new Map<string, number>();
  #known = new Set<number>();

  look(leaders: readonly ProcessIdentity[]): ReadonlyMap<ProcessIdentity, Usage> {
    const groups = new Map<number, Group>(leaders.map(({ pid }) => [pid, { rss: 0, used: 0 }]));
    const starts = this.#read(groups);
    const present = leaders.filter(({ pid, startTime }) => starts.get(pid) === startTime);
    const usages = present.map((leader) => {
      const { rss, used } = groups.get(leader.pid) as Group;
      return [leader, { rss, used: this.#known.has(leader.pid) ? used : null }] as const;
    });
    this.#known = new Set(present.map(({ pid }) => pid));
    return new Map(usages);
  }

  forget(): void {
    this.#strangers.clear();
    this.#ticks.clear();
    this.#known.clear();
  }

  /** Adds up what the members of these groups use; returns when each group's leader was started. */
  #read(groups: ReadonlyMap<number, Group>): Map<number, string> {
    const strangers = new Set<number>();
    const ticks = new Map<string, number>();
    const starts = new Map<number, string>();
    for (const pid of allPids()) {
      const row = this.#strangers.has(pid) && !groups.has(pid) ? undefined : readProcess(pid);
      const group = row && groups.get(row.group);
      if (row && group) {
        if (pid === row.group) starts.set(pid, row.startTime);
        this.#add(group, row, ticks);
      } else strangers.add(pid);
    }
    this.#strangers = strangers;
    this.#ticks = ticks;
    return starts;
  }

  #add(group: Group, row: ProcessRow, ticks: Map<string, number>): void {
    const name = `${row.pid} ${row.startTime}`;
    ticks.set(name, row.ticks);
    group.rss += row.pages * pageSize();
    group.used += (row.ticks - (this.#ticks.get(name) ?? 0)) * millisecondsPerTick;
  }
}

// Whatever the kernel's own clock, it tells programs hundredths of a second.
const millisecondsPerTick = 10;

let knownPageSize: number | undefined;

/** Resident memory of one process in bytes; null where nobody tells. */
export function residentMemory(pid: number): number | null {
  const row = readProcess(pid);
  return row === undefined ? null : row.pages * pageSize();
}

// Nothing in Node tells it, and it differs between machines: what Node says in bytes of this process and /proc in pages, to the next power of two.
function pageSize(): number {
  knownPageSize ??=
    2 ** Math.round(Math.log2(process.memoryUsage.rss() / (readProcess(process.pid)?.pages ?? 1)));
  return knownPageSize;
}
