import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GreenroomError } from '../index.ts';
import type { Access } from './access.ts';
import type { Serving } from './serving.ts';

type Place = Pick<Serving, 'host' | 'port'>;

/**
 * Resolves with the port. Neither the server nor those who are connected keep the process from ending; `who` is named in errors.
 * @throws {GreenroomError} `LISTEN_FAILED`.
 */
export function listen(server: Server, who: string, { host, port }: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(listenFailed(who, { host, port }, cause)));
    server.listen(port, host, () => {
      server.unref();
      server.on('connection', (socket) => socket.unref());
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function listenFailed(who: string, { host, port }: Place, cause: NodeJS.ErrnoException): GreenroomError {
  const why = cause.code === 'EADDRINUSE' ? 'something else listens there' : cause.message;
  return new GreenroomError(
    'LISTEN_FAILED',
    `${who} can't listen on port ${port} of ${host}: ${why}. Choose another port, or 0 for any that is free.`,
    { data: { host, port }, cause },
  );
}

/** Who may ask a server that listens on this port. */
export function accessTo(serving: Serving, port: number): Access {
  const origins = serving.publicOrigins.map((origin) => new URL(origin));
  const hosts = new Set([...hostsOf(serving, port), ...origins.map(({ host }) => host)]);
  return { token: serving.token, hosts, origins: new Set(origins.map(({ origin }) => origin)) };
}

/** The values of the header Host under which a server is reached. */
function hostsOf({ host, allowedHosts }: Serving, port: number): Set<string> {
  const names = [inAddress(host), 'localhost', '127.0.0.1', ...allowedHosts];
  const hosts = names.map((name) => name.toLowerCase());
  // Browsers leave out the port that is usual for http.
  const usual = port === 80 ? hosts : [];
  return new Set([...hosts.map((name) => (hasPort(name) ? name : `${name}:${port}`)), ...usual]);
}

/** A host as it stands in an address. */
export function inAddress(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function hasPort(name: string): boolean {
  return /(?:^[^:]*|\]):\d+$/.test(name);
}
