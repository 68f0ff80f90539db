import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from './answers.ts';

/** A file of a page. */
export interface Asset {
  readonly type: string;
  readonly content: string;
}

/** Tells browsers what a page may do; `policy` are the directives of its content security policy that differ from page to page. */
export function protect(response: ServerResponse, policy: string): void {
  for (const [name, value] of Object.entries(protections)) response.setHeader(name, value);
  response.setHeader(
    'content-security-policy',
    `default-src 'none'; script-src 'self'; style-src 'self'; ${policy}; ${always}`,
  );
}

/**
 * The address that is asked for.
 * @throws {Refusal} 400.
 */
export function addressOf({ url = '' }: IncomingMessage): URL {
  const path = url.startsWith('/') ? url : `/${url}`;
  if (URL.canParse(`http://localhost${path}`)) return new URL(`http://localhost${path}`);
  throw new Refusal(400, 'The address of the request can not be read.');
}

/** @throws {Refusal} 404, 405. */
export function sendAsset(
  { method }: IncomingMessage,
  response: ServerResponse,
  asset: Asset | undefined,
): void {
  if (asset === undefined) throw new Refusal(404, 'There is no such page.');
  if (method !== 'GET' && method !== 'HEAD')
    throw new Refusal(405, 'Pages can only be read.', { allow: 'GET' });
  response.writeHead(200, { 'content-type': `${asset.type}; charset=utf-8`, 'cache-control': 'no-cache' });
  response.end(asset.content);
}

const always =
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const protections = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
