import { serving, type ServingOptions, type Settled } from '../http/serving.ts';

/** What a dashboard is made from; everything may be left out. The port is 4780 unless given. */
export interface DashboardOptions extends ServingOptions {
  /** Whether orders may be given; without, it only shows. Default true. */
  readonly orders?: boolean | undefined;
}

/** @throws {GreenroomError} `OPTION_INVALID`. */
export function settled(options: DashboardOptions): Settled<DashboardOptions> {
  return serving('Dashboard', options, { port: 4780, orders: true });
}
