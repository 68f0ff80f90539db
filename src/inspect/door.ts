import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { checkHost, checkOrigin, isSame, type Access } from '../http/access.ts';
import { Refusal } from '../http/answers.ts';
import { addressOf } from '../http/pages.ts';
import type { Feed } from './feed.ts';
import type { Viewers } from './viewers.ts';

/** All that a viewer may have to say fits into this: bytes. */
const longestMessage = 4096;

/** Opens WebSockets at `/<feed>?token=…&connection=…`, to those who may watch. */
export function createDoor(
  access: Access,
  feeds: ReadonlyMap<string, Feed>,
  viewers: Viewers,
  warn: (text: string) => void,
) {
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: longestMessage });
  return (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    stream.on('error', () => stream.destroy());
    try {
      const { feed, only } = admit(request, access, feeds);
      viewers.checkRoom();
      sockets.handleUpgrade(request, stream, head, (socket) => viewers.open(socket, feed, only));
    } catch (error) {
      refuse(stream, error);
      if (!(error instanceof Refusal)) warn(String(error));
    }
  };
}

/** @throws {Refusal} */
function admit(request: IncomingMessage, access: Access, feeds: ReadonlyMap<string, Feed>) {
  checkHost(request, access);
  checkOrigin(request, access);
  const { pathname, searchParams } = addressOf(request);
  // A browser's WebSocket can't carry a header of ours.
  if (!isSame(searchParams.get('token') ?? '', access.token))
    throw new Refusal(401, 'The token is missing or not the right one: connect to /<feed>?token=<token>.');
  const feed = feeds.get(pathname.slice(1));
  if (feed !== undefined) return { feed, only: searchParams.get('connection') };
  throw new Refusal(404, `There is no feed at ${pathname}; there are: /${[...feeds.keys()].join(', /')}.`);
}

function refuse(stream: Duplex, error: unknown): void {
  const { status, message, headers } =
    error instanceof Refusal ? error : new Refusal(500, 'The inspector failed; its log says why.');
  const lines = Object.entries({ ...headers, 'content-type': 'text/plain; charset=utf-8' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  // Whoever keeps its own side open would hold the socket, and the server couldn't close.
  stream.once('finish', () => stream.destroy());
  stream.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\n${head}\r\n${message}\n`);
}
