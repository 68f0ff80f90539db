import { Counter, Gauge, Histogram, Registry, type LabelValues, type Metric } from 'prom-client';
import { GreenroomError } from '../index.ts';

/** Metrics of one manager in a registry: what one needs to make them, and to take them away again. */
export interface Families {
  counter<L extends string>(name: string, help: string, labels: readonly L[]): Counting<L>;
  histogram<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    buckets: readonly number[],
  ): Measuring<L>;
  /** What is true when it is asked for: `fill` is given the empty gauge. */
  gauge<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    fill: (gauge: Gauge<L>) => void,
  ): void;
  /** Takes away everything that is told of a connection, which is gone. */
  forget(connection: string): void;
  /**
   * Puts all of them into the registry, or none.
   * @throws {GreenroomError} `OPTION_INVALID` when a name is taken.
   */
  join(): void;
  /** Takes all of them out of the registry. */
  remove(): void;
}

/** A counter. */
export interface Counting<L extends string> {
  inc(labels: LabelValues<L>, by?: number): void;
}

/** A histogram. */
export interface Measuring<L extends string> {
  observe(labels: LabelValues<L>, value: number): void;
  zero(labels: LabelValues<L>): void;
}

/** Makes metrics for a registry, each with the prefix before its name. They are in it once they have joined it. */
export function createFamilies(register: Registry, prefix: string): Families {
  const own = new Registry();
  const names: string[] = [];
  const counted: Forgetful[] = [];
  const common = <L extends string>(name: string, help: string, labelNames: readonly L[]) => {
    const full = prefix + name;
    names.push(full);
    return { name: full, help, labelNames, registers: [own] };
  };
  return {
    counter(name, help, labels) {
      const counter = new Counter(common(name, help, labels));
      const remember = remembering(counter, counted);
      return { inc: (values, by = 1) => counter.inc(remember(values), by) };
    },
    histogram(name, help, labels, buckets) {
      const histogram = new Histogram({ ...common(name, help, labels), buckets: [...buckets] });
      const remember = remembering(histogram, counted);
      return {
        observe: (values, value) => histogram.observe(remember(values), value),
        zero: (values) => histogram.zero(remember(values)),
      };
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
      for (const forget of counted) forget(connection);
    },
    join: () => join(names, own, register),
    remove: () => leave(names, register),
  };
}

function join(names: readonly string[], own: Registry, register: Registry): void {
  const clash = names.find((name) => register.getSingleMetric(name) !== undefined);
  if (clash !== undefined) throw taken(clash);
  for (const name of names) register.registerMetric(own.getSingleMetric(name) as Metric);
}

function leave(names: readonly string[], register: Registry): void {
  for (const name of names) register.removeSingleMetric(name);
}

type Forgetful = (connection: string) => void;

/** Remembers which labels each connection has: the registry tells them a turn later, when another connection may have the id. */
function remembering<L extends string>(metric: Counter<L> | Histogram<L>, counted: Forgetful[]) {
  const known = new Map<string, Map<string, LabelValues<L>>>();
  counted.push((connection) => {
    for (const labels of known.get(connection)?.values() ?? []) metric.remove(labels);
    known.delete(connection);
  });
  return (labels: LabelValues<L>): LabelValues<L> => {
    const { connection } = labels as { readonly connection?: string };
    if (connection === undefined) return labels;
    const own = known.get(connection) ?? new Map<string, LabelValues<L>>();
    known.set(connection, own.set(JSON.stringify(labels), labels));
    return labels;
  };
}

function taken(name: string): GreenroomError {
  return new GreenroomError(
    'OPTION_INVALID',
    `Metrics: the registry has a metric "${name}" already. Give another prefix, another register, or detach what is there.`,
    { data: { name } },
  );
}
