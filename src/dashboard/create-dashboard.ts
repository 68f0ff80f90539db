import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHistory } from '../history/history.ts';
import { checkHost, type Access } from '../http/access.ts';
import { sendProblem } from '../http/answers.ts';
import { createApi, type Api } from '../http/api.ts';
import { accessTo, inAddress, listen } from '../http/listen.ts';
import { addressOf, protect, sendAsset, type Asset } from '../http/pages.ts';
import type { Manager } from '../index.ts';
import { packageVersion } from '../package-version.ts';
import { assetAt, readAssets } from './assets.ts';
import { settled, type DashboardOptions } from './options.ts';

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
  const port = await listen(server, 'The dashboard', settings).catch((error: unknown) => {
    history.end();
    throw error;
  });
  const access = accessTo(settings, port);
  const { orders, token } = settings;
  const { metrics = null } = options;
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

interface Parts {
  readonly access: Access;
  readonly api: Api;
  readonly assets: ReadonlyMap<string, Asset>;
}

function answer(request: IncomingMessage, response: ServerResponse, { access, api, assets }: Parts): void {
  protect(response, "img-src 'self'; connect-src 'self'");
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
