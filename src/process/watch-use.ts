import { createBudget, samplingInterval } from './budget.ts';
import { contained, type IncarnationNews } from './conversation.ts';
import type { IncarnationHost } from './host.ts';
import type { Sampler } from './sampler.ts';

/** Watches what a process uses, if its policy wants that, and reports when it is more than it may; returns what ends the watch. */
export function watchUse(
  sampler: Sampler | undefined,
  pid: number,
  incarnation: IncarnationHost,
  report: (news: IncarnationNews) => void,
): () => void {
  const { budgets } = incarnation;
  const interval = samplingInterval(budgets);
  if (sampler === undefined || interval === 0) return () => {};
  const judge = createBudget({
    policy: budgets,
    onResources: (resources) =>
      contained(report, 'A measurement could not be passed on', () => incarnation.onResources(resources)),
    onExcess: (excess) => {
      contained(report, 'An excess could not be told', () => incarnation.onExcess(excess));
      const { budget, detail, putDown } = excess;
      if (putDown) report({ type: 'budget.exceeded', budget, detail });
    },
  });
  return sampler.watch(pid, { interval, onSample: judge });
}
