import type { MetricsSource } from '../http/api.ts';
import { serving, type ServingOptions, type Settled } from '../http/serving.ts';

/** What a dashboard is made from; everything may be left out. The port is 4780 unless given. */
export interface DashboardOptions extends ServingOptions {
  /** Whether orders may be given; without, it only shows. Default true. */
  readonly orders?: boolean | undefined;
  /** What is served at `/metrics`: `createMetrics(manager)` of `greenroom/metrics`. Default none. */
  readonly metrics?: MetricsSource | undefined;
}

/** The options with their defaults, but for the metrics, which have none. */
export type SettledDashboard = Settled<Plain>;
type Plain = Omit<DashboardOptions, 'metrics'>;

/** @throws {GreenroomError} `OPTION_INVALID`. */
export function settled(options: DashboardOptions): SettledDashboard {
  return serving<Plain>('Dashboard', options, { port: 4780, orders: true });
}
