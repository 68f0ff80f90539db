import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHistory } from '../history/history.ts';
import { checkHost, type Access } from '../http/access.ts';
import { Refusal, sendProblem } from '../http/answers.ts';
import { createApi, type Api } from '../http/api.ts';
import { GreenroomError, type Manager } from '../index.ts';
import { assetAt, readAssets, type Asset } from './assets.ts';
import { settled, type DashboardOptions, type Settled } from './options.ts';
import { packageVersion } from '../package-version.ts';

/** A dashboard that is being served. */
export interface Dashboard extends AsyncDisposable {
  /** Where it is, without the token. */
  readonly url: string;
  /** Where it is, with the token in the fragment, which browsers send to nobody: opens the dashboard. Whoever has it may give orders. */
  readonly link: string;
  readonly port: number;
  readonly token: string;
  /** What tells this server from any other at the same address: answers to those who have the token carry it as `Greenroom-Instance`. */
  readonly instance: string;
  /** Ends all streams and stops listening; the manager goes on. Idempotent. */
  close(): Promise<void>;
}

/**
 * Serves a dashboard and the HTTP API of a manager. It only watches: it keeps no host from ending, and what it remembers begins now.
 * @throws {GreenroomError} `OPTION_INVALID`, `LISTEN_FAILED`.
 * @example
 * const dashboard = await createDashboard(manager);
 * console.log(dashboard.link);
 */
export async function createDashboard(manager: Manager, options: DashboardOptions = {}): Promise<Dashboard> {
  const settings = settled(options);
  const assets = await readAssets();
  const history = createHistory(manager, [settings.token, ...settings.secrets]);
  const server = createServer();
  const port = await listen(server, settings).catch((error: unknown) => {
    history.end();
    throw error;
  });
  const access = { token: settings.token, hosts: hostsOf(settings, port) };
  const { orders, token, metrics } = settings;
  const instance = randomUUID();
  const about = { manager, history, access, version: packageVersion(), orders, metrics, instance };
  const api = createApi({ ...about, onProblem: warn });
  server.on('request', (request, response) => answer(request, response, { access, api, assets }));
  const url = `http://${inAddress(settings.host)}:${port}/`;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= new Promise((resolve) => {
      api.end();
      history.end();
      server.close(() => resolve());
      server.closeAllConnections();
    }));
  return { url, link: `${url}#token=${token}`, port, token, instance, close, [Symbol.asyncDispose]: close };
}

function warn(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`The dashboard: ${text}`, 'GreenroomWarning');
}

/** Resolves with the port. */
function listen(server: Server, { host, port }: Settled): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(listenFailed(host, port, cause)));
    server.listen(port, host, () => {
      server.unref();
      server.on('connection', (socket) => socket.unref());
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function listenFailed(host: string, port: number, cause: NodeJS.ErrnoException): GreenroomError {
  const why = cause.code === 'EADDRINUSE' ? 'something else listens there' : cause.message;
  return new GreenroomError(
    'LISTEN_FAILED',
    `The dashboard can't listen on port ${port} of ${host}: ${why}. Choose another port, or 0 for any that is free.`,
    { data: { host, port }, cause },
  );
}

function hostsOf({ host, allowedHosts }: Settled, port: number): Set<string> {
  const names = [inAddress(host), 'localhost', '127.0.0.1', ...allowedHosts];
  const hosts = names.map((name) => name.toLowerCase());
  // Browsers leave out the port that is usual for http.
  const usual = port === 80 ? hosts : [];
  return new Set([...hosts.map((name) => (hasPort(name) ? name : `${name}:${port}`)), ...usual]);
}

function hasPort(name: string): boolean {
  return /(?:^[^:]*|\]):\d+$/.test(name);
}

function inAddress(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

interface Parts {
  readonly access: Access;
  readonly api: Api;
  readonly assets: ReadonlyMap<string, Asset>;
}

function answer(request: IncomingMessage, response: ServerResponse, { access, api, assets }: Parts): void {
  for (const [name, value] of Object.entries(protections)) response.setHeader(name, value);
  try {
    checkHost(request, access);
    const url = addressOf(request);
    if (isOfApi(url.pathname)) return api.handle(request, response, url);
    sendAsset(request, response, assetAt(assets, url.pathname));
  } catch (error) {
    sendProblem(response, error);
  }
}

function isOfApi(path: string): boolean {
  return path.startsWith('/api/') || path === '/metrics';
}

/** @throws {Refusal} 400. */
function addressOf({ url = '' }: IncomingMessage): URL {
  const path = url.startsWith('/') ? url : `/${url}`;
  if (URL.canParse(`http://localhost${path}`)) return new URL(`http://localhost${path}`);
  throw new Refusal(400, 'The address of the request can not be read.');
}

function sendAsset({ method }: IncomingMessage, response: ServerResponse, asset: Asset | undefined): void {
  if (asset === undefined) throw new Refusal(404, 'There is no such page.');
  if (method !== 'GET' && method !== 'HEAD')
    throw new Refusal(405, 'Pages can only be read.', { allow: 'GET' });
  response.writeHead(200, { 'content-type': `${asset.type}; charset=utf-8`, 'cache-control': 'no-cache' });
  response.end(asset.content);
}

const protections = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
