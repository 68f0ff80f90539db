import type { ConnectionPolicy } from '../machines/policy.ts';
import type { Sample } from './sampler.ts';

/** What a process may use, and how often somebody looks. */
export type BudgetPolicy = Pick<ConnectionPolicy, 'memory' | 'cpu' | 'resources'>;

/** What a module and the programs it started used when it was last looked at. */
export interface Resources {
  /** Resident memory in bytes. */
  readonly rss: number;
  /** Per cent of one core since the look before; null at the first look. */
  readonly cpu: number | null;
  /** Milliseconds since the epoch. */
  readonly sampledAt: number;
  /** Which budget it exceeds; null if none. */
  readonly overBudget: 'memory' | 'cpu' | null;
}

/** A module uses more than it may. */
export interface Excess {
  readonly budget: 'memory' | 'cpu';
  /** MiB of memory, or per cent of one core. */
  readonly used: number;
  /** In the same unit. */
  readonly limit: number;
  /** It is put down for that. */
  readonly putDown: boolean;
  /** For people. */
  readonly detail: string;
}

export interface BudgetOptions {
  readonly policy: BudgetPolicy;
  readonly onResources: (resources: Resources) => void;
  /** Once for each time it gets over its budget, and once more if it is put down for that. */
  readonly onExcess: (excess: Excess) => void;
}

/** How often a process with this policy is looked at, in milliseconds; 0 if never. */
export function samplingInterval({ memory, cpu, resources }: BudgetPolicy): number {
  if (resources.interval > 0) return resources.interval;
  return memory.limit > 0 || cpu.limit > 0 ? 1000 : 0;
}

/** Judges samples of one process in their order; says when the next is wanted. */
export function createBudget({ policy, onResources, onExcess }: BudgetOptions) {
  const memory = judgeMemory(policy);
  const cpu = judgeCpu(policy);
  let isPutDown = false;
  return (sample: Sample): 'soon' | 'later' => {
    const large = memory(sample);
    const busy = cpu(sample);
    const { rss, cpu: share, at } = sample;
    const overCpu = busy === 'within' ? null : 'cpu';
    const overBudget = large === 'within' ? overCpu : 'memory';
    onResources({ rss, cpu: share, sampledAt: at, overBudget });
    for (const excess of [excessOf(large), excessOf(busy)]) {
      if (isPutDown || !excess) continue;
      isPutDown = excess.putDown;
      onExcess(excess);
    }
    return large === 'over' && !isPutDown ? 'soon' : 'later';
  };
}

/** `over` was told of before, or is yet to be confirmed. */
type Finding = 'within' | 'over' | Excess;

function excessOf(finding: Finding): Excess | undefined {
  return typeof finding === 'string' ? undefined : finding;
}

function judgeMemory({ memory: { limit } }: BudgetPolicy) {
  let isSuspected = false;
  return ({ rss }: Sample): Finding => {
    const used = rss / 2 ** 20;
    const isOver = limit > 0 && used > limit;
    // A process that starts another is copied for a moment: only what is found twice counts.
    const isConfirmed = isOver && isSuspected;
    isSuspected = isOver;
    if (!isConfirmed) return isOver ? 'over' : 'within';
    const detail = `used ${Math.round(used)} MiB of memory (limit ${limit} MiB)`;
    return { budget: 'memory', used, limit, putDown: true, detail };
  };
}

function judgeCpu(policy: BudgetPolicy) {
  const { limit, reportAfter, putDownAfter } = policy.cpu;
  const bucket = createBucket(Math.max(reportAfter, putDownAfter, 1));
  const patience = putDownAfter === 0 ? Number.POSITIVE_INFINITY : putDownAfter;
  // If the one who looks has slept, nobody knows what was meanwhile.
  const longest = 2 * samplingInterval(policy);
  let isTold = false;
  return ({ cpu, span }: Sample): Finding => {
    if (limit === 0 || cpu === null) return 'within';
    const busy = bucket(cpu > limit, Math.min(span, longest));
    isTold &&= busy > 0;
    const putDown = busy >= patience;
    if (isTold && !putDown) return 'over';
    if (busy === 0 || busy < Math.min(reportAfter, patience)) return 'within';
    isTold = true;
    const detail = `used ${Math.round(cpu)} % of a core for ${Math.round(busy / 1000)} s (limit ${limit} %)`;
    return { budget: 'cpu', used: cpu, limit, putDown, detail };
  };
}

/** Time above the limit fills, time below it drains: a moment of rest doesn't hide a day of work, and work that ends is forgotten as fast as it came. */
function createBucket(most: number) {
  let level = 0;
  return (fills: boolean, time: number): number => {
    level = fills ? Math.min(level + time, most) : Math.max(level - time, 0);
    return level;
  };
}
