import { Registry } from 'prom-client';
import { GreenroomError, type Manager } from '../index.ts';
import { countCalls } from './calls.ts';
import { countEvents } from './events.ts';
import { createFamilies, type Families } from './families.ts';
import { measureStarts } from './starts.ts';
import { showPresent } from './present.ts';

/** What metrics are made from; everything may be left out. */
export interface MetricsOptions {
  /** Where they are registered. Default: a registry of their own. */
  readonly register?: Registry | undefined;
  /** What their names begin with. Default `greenroom_`. */
  readonly prefix?: string | undefined;
  /** The names of calls that are told apart; all others are `other`, since modules choose the names of theirs. Default none. */
  readonly callNames?: readonly string[] | undefined;
  /** The upper bounds of the buckets, in seconds. */
  readonly buckets?: {
    /** Default 0.5 ms to 10 s. */
    readonly calls?: readonly number[] | undefined;
    /** Of starts and recoveries. Default 50 ms to 5 min. */
    readonly starts?: readonly number[] | undefined;
  };
}

/** The metrics of one manager. */
export interface Metrics {
  readonly register: Registry;
  /** What `text` is, for the header of an answer. */
  readonly contentType: string;
  /** All metrics of the registry in the text format of Prometheus. */
  text(): Promise<string>;
  /** Listens no longer, and takes the metrics out of the registry. Idempotent. */
  detach(): void;
}

/**
 * Makes Prometheus metrics of a manager, with prom-client. They watch from outside; `docs/metrics.md` has all of them.
 * @throws {GreenroomError} `OPTION_INVALID` when the prefix can't begin a name, or a name is taken in the registry.
 * @example
 * const metrics = createMetrics(manager);
 * console.log(await metrics.text());
 */
export function createMetrics(manager: Manager, options: MetricsOptions = {}): Metrics {
  const { register = new Registry(), prefix = 'greenroom_', callNames = [], buckets = {} } = options;
  checkPrefix(prefix);
  const families = createFamilies(register, prefix);
  showPresent(manager, families);
  const ends = [
    countEvents(manager, families),
    measureStarts(manager, families, buckets.starts),
    countCalls(manager, families, { names: callNames, buckets: buckets.calls }),
    forgetRemoved(manager, families),
  ];
  try {
    families.join();
  } catch (error) {
    for (const end of ends) end();
    throw error;
  }
  return {
    register,
    contentType: register.contentType,
    text: () => register.metrics(),
    detach() {
      for (const end of ends.splice(0)) end();
      families.remove();
    },
  };
}

/** Ids come and go for as long as the app lives; what is told of them must not grow. */
function forgetRemoved(manager: Manager, families: Families): () => void {
  return manager.on('status', ({ connection, status }) => {
    if (status.state === 'removed') families.forget(connection);
  });
}

function checkPrefix(prefix: string): void {
  if (/^[a-zA-Z_]\w*$/.test(prefix)) return;
  throw new GreenroomError(
    'OPTION_INVALID',
    `Metrics: prefix must be letters, digits and underscores and not begin with a digit, but is "${prefix}".`,
  );
}
