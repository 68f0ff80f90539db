import { randomBytes } from 'node:crypto';
import type { MetricsSource } from '../http/api.ts';
import { GreenroomError } from '../index.ts';

/** What a dashboard is made from; everything may be left out. */
export interface DashboardOptions {
  /** The port to listen on; 0 is any that is free. Default 4780. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`, which only this machine reaches. */
  readonly host?: string | undefined;
  /** What viewers must know: at least 16 characters that may stand in an address. Default: 256 random bits. */
  readonly token?: string | undefined;
  /** Names under which it is reached besides its address and `localhost`, with the port where it isn't this one's. Default none. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Whether orders may be given; without, it only shows. Default true. */
  readonly orders?: boolean | undefined;
  /** Texts that are struck out wherever they turn up, besides the secrets of the connections. Default none. */
  readonly secrets?: readonly string[] | undefined;
  /** What is served at `/metrics`: `createMetrics(manager)` of `greenroom/metrics`. Default none. */
  readonly metrics?: MetricsSource | undefined;
}

/** The options with their defaults. */
export type Settled = {
  readonly [K in Exclude<keyof DashboardOptions, 'metrics'>]-?: NonNullable<DashboardOptions[K]>;
} & { readonly metrics: MetricsSource | null };

/** @throws {GreenroomError} `OPTION_INVALID`. */
export function settled(options: DashboardOptions): Settled {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const { port, token, ...rest } = { ...defaults(), ...(Object.fromEntries(given) as Partial<Settled>) };
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw invalid('port', 'a whole number from 0 to 65535', String(port));
  if (!/^[\w.~-]{16,}$/.test(token))
    throw invalid(
      'token',
      'at least 16 letters, digits or any of . _ ~ -',
      `one of ${token.length} characters`,
    );
  return { port, token, ...rest };
}

function defaults(): Settled {
  const token = randomBytes(32).toString('hex');
  return { port: 4780, host: '127.0.0.1', token, allowedHosts: [], orders: true, secrets: [], metrics: null };
}

function invalid(name: string, expected: string, came: string): GreenroomError {
  return new GreenroomError('OPTION_INVALID', `Dashboard: ${name} must be ${expected}, but is ${came}.`);
}
