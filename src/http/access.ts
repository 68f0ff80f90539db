import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from './answers.ts';

/** Who may ask. */
export interface Access {
  /** What a request must carry as `Authorization: Bearer …`. */
  readonly token: string;
  /** The values of the header Host that are answered, port included. Others come from a page whose name was rebound to this address. */
  readonly hosts: ReadonlySet<string>;
  /** The origins whose pages may ask, besides those of http under the very host that is asked. */
  readonly origins: ReadonlySet<string>;
}

/**
 * Refuses a request that was meant for another name.
 * @throws {Refusal} 421.
 */
export function checkHost({ headers }: IncomingMessage, { hosts }: Access): void {
  const host = headers.host?.toLowerCase() ?? '';
  if (hosts.has(host)) return;
  throw new Refusal(421, `This server is ${[...hosts].join(' or ')}, not "${host}".`);
}

/**
 * Refuses what a page of another origin asks, and whoever doesn't have the token.
 * @throws {Refusal} 403, 401.
 */
export function checkCaller(request: IncomingMessage, { token, origins }: Access): void {
  checkOrigin(request, { origins });
  const { authorization } = request.headers;
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  if (isSame(given, token)) return;
  const missing = authorization === undefined ? 'There is no token' : 'The token is not the right one';
  throw new Refusal(401, `${missing}: send "Authorization: Bearer <token>".`, {
    'www-authenticate': 'Bearer realm="greenroom"',
  });
}

/**
 * Refuses what a page of another origin asks.
 * @throws {Refusal} 403.
 */
export function checkOrigin({ headers }: IncomingMessage, { origins }: Pick<Access, 'origins'>): void {
  const { host, origin, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && origin !== `http://${host}` && !origins.has(origin))
    throw new Refusal(403, `Pages of ${origin} may not ask here.`);
  // Every browser of today says where a request comes from, also where it sends no Origin.
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Refusal(403, 'Pages of other origins may not ask here.');
}

/** Takes the same time for every wrong token, whatever its length. */
export function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
