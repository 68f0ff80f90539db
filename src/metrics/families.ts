import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { GreenroomError } from '../index.ts';

/** Metrics of one manager in a registry: what one needs to make them, and to take them away again. */
export interface Families {
  counter<L extends string>(name: string, help: string, labels: readonly L[]): Counter<L>;
  histogram<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    buckets: readonly number[],
  ): Histogram<L>;
  /** What is true when it is asked for: `fill` is given the empty gauge. */
  gauge<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    fill: (gauge: Gauge<L>) => void,
  ): void;
  /** Takes away everything that is told of a connection, which is gone. */
  forget(connection: string): void;
  /** Takes all of them out of the registry. */
  remove(): void;
}

/**
 * Makes metrics in a registry, each with the prefix before its name.
 * @throws {GreenroomError} `OPTION_INVALID` when a name is taken.
 */
export function createFamilies(register: Registry, prefix: string): Families {
  const names: string[] = [];
  const counted: (Counter | Histogram)[] = [];
  const common = <L extends string>(name: string, help: string, labelNames: readonly L[]) => {
    const full = prefix + name;
    if (register.getSingleMetric(full) !== undefined) throw taken(full);
    names.push(full);
    return { name: full, help, labelNames, registers: [register] };
  };
  return {
    counter(name, help, labels) {
      const counter = new Counter(common(name, help, labels));
      counted.push(counter);
      return counter;
    },
    histogram(name, help, labels, buckets) {
      const histogram = new Histogram({ ...common(name, help, labels), buckets: [...buckets] });
      counted.push(histogram);
      return histogram;
    },
    gauge(name, help, labels, fill) {
      const gauge: Gauge<(typeof labels)[number]> = new Gauge({
        ...common(name, help, labels),
        collect: () => {
          gauge.reset();
          fill(gauge);
        },
      });
    },
    forget(connection) {
      for (const metric of counted) void forgetIn(metric, connection);
    },
    remove() {
      for (const name of names) register.removeSingleMetric(name);
    },
  };
}

async function forgetIn(metric: Counter | Histogram, connection: string): Promise<void> {
  const { values } = await metric.get();
  for (const { labels } of values) {
    const { le: _, ...own } = labels as Record<string, string>;
    if (own['connection'] === connection) metric.remove(own);
  }
}

function taken(name: string): GreenroomError {
  return new GreenroomError(
    'OPTION_INVALID',
    `Metrics: the registry has a metric "${name}" already. Give another prefix, another register, or detach what is there.`,
    { data: { name } },
  );
}
