import { GreenroomError, type Manager } from '../../index.ts';
import type { Metrics } from '../../metrics/index.ts';

/**
 * Makes the metrics of `--metrics`.
 * @throws {GreenroomError} `OPTION_INVALID` when prom-client, which an installation may lack, isn't there.
 */
export async function openMetrics(manager: Manager): Promise<Metrics> {
  const { createMetrics } = await import('../../metrics/index.ts').catch((cause: unknown) => {
    throw missing(cause);
  });
  return createMetrics(manager);
}

function missing(cause: unknown): GreenroomError {
  const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new GreenroomError(
    'OPTION_INVALID',
    `--metrics needs the package prom-client beside greenroom, and it can't be loaded: ${why}. Install it: npm install prom-client.`,
    { cause },
  );
}
