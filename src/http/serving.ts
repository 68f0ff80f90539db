import { randomBytes } from 'node:crypto';
import { GreenroomError } from '../index.ts';

/** Where something is served, and to whom; everything may be left out. */
export interface ServingOptions {
  /** The port to listen on; 0 is any that is free. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`, which only this machine reaches. */
  readonly host?: string | undefined;
  /** What viewers must know: at least 16 characters that may stand in an address. Default: 256 random bits. */
  readonly token?: string | undefined;
  /** Names under which it is reached besides its address and `localhost`, with the port where it isn't this one's. Default none. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** The origins under which browsers reach it through a proxy that speaks HTTPS, such as `https://studio.example`. Default none: pages ask by http only. */
  readonly publicOrigins?: readonly string[] | undefined;
  /** Texts that are struck out wherever they turn up, besides the secrets of the connections. Default none. */
  readonly secrets?: readonly string[] | undefined;
}

/** The options with their defaults. */
export type Serving = Settled<ServingOptions>;
/** As `T`, with nothing left out. */
export type Settled<T> = { readonly [K in keyof T]-?: NonNullable<T[K]> };

/**
 * The options with defaults in place of what was left out; `who` is named in errors.
 * @throws {GreenroomError} `OPTION_INVALID`.
 */
export function serving<T extends ServingOptions>(who: string, options: T, defaults: RestOf<T>): Settled<T> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settled = { ...open(), ...defaults, ...Object.fromEntries(given) } as Serving;
  const { port, token, publicOrigins } = settled;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw invalid(who, 'port', 'a whole number from 0 to 65535', String(port));
  if (!/^[\w.~-]{16,}$/.test(token)) {
    const expected = 'at least 16 letters, digits or any of . _ ~ -';
    throw invalid(who, 'token', expected, `one of ${token.length} characters`);
  }
  const wrong = publicOrigins.find((origin) => !isOrigin(origin));
  if (wrong !== undefined)
    throw invalid(who, 'publicOrigins', 'origins such as "https://studio.example"', `"${wrong}"`);
  return settled as unknown as Settled<T>;
}

/** Scheme, name and port, and nothing that follows. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin, href } = new URL(text);
  return /^https?:$/.test(protocol) && href === `${origin}/`;
}

/** The defaults that differ from server to server. */
type RestOf<T> = Settled<Omit<T, keyof ServingOptions>> & { readonly port: number };

function open(): Omit<Serving, 'port'> {
  const token = randomBytes(32).toString('hex');
  return { host: '127.0.0.1', token, allowedHosts: [], publicOrigins: [], secrets: [] };
}

function invalid(who: string, option: string, expected: string, came: string): GreenroomError {
  const message = `${who}: ${option} must be ${expected}, but is ${came}.`;
  return new GreenroomError('OPTION_INVALID', message, { data: { option } });
}
