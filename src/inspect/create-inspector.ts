import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { checkHost, type Access } from '../http/access.ts';
import { sendProblem } from '../http/answers.ts';
import { accessTo, inAddress, listen } from '../http/listen.ts';
import { addressOf, sendAsset } from '../http/pages.ts';
import type { Manager } from '../index.ts';
import { createDoor } from './door.ts';
import type { Feed } from './feed.ts';
import { settled, type InspectorOptions } from './options.ts';
import { guardPage, readPages, type Pages } from './pages.ts';
import { Viewers } from './viewers.ts';

/** Where viewers of one kind find their feed. Whoever has one of these addresses may watch. */
export interface FeedAddress {
  /** Opens the viewer in a browser; the token is in the fragment, which browsers send to nobody. */
  readonly link: string;
  /** The WebSocket of the feed, for a viewer that isn't opened by the link. */
  readonly socket: string;
}

/** An inspector that is being served. */
export interface Inspector extends AsyncDisposable {
  readonly port: number;
  readonly token: string;
  /** Opens the viewer of the first feed. */
  readonly link: string;
  /** By the names of the feeds. */
  readonly feeds: Readonly<Record<string, FeedAddress>>;
  /** Ends all viewers and stops listening; the manager goes on. Idempotent. */
  close(): Promise<void>;
}

/**
 * Shows what the statecharts of a manager do in inspectors of XState. It only watches: connections don't know of it, it keeps no process from ending, and
 * without a viewer it costs nothing.
 * @throws {GreenroomError} `OPTION_INVALID`, `LISTEN_FAILED`.
 * @example
 * const inspector = await createInspector(manager);
 * console.log(inspector.link);
 */
export async function createInspector(manager: Manager, options: InspectorOptions = {}): Promise<Inspector> {
  const settings = settled(options);
  const { token, secrets, viewerBytes, host } = settings;
  const feeds = new Map(settings.feeds.map((feed) => [feed.name, feed]));
  const pages = await readPages(settings.feeds);
  const server = createServer();
  const port = await listen(server, 'The inspector', settings);
  const access = accessTo(settings, port);
  const viewers = new Viewers({ manager, secrets: [token, ...secrets], viewerBytes, warn });
  server.on('request', (request, response) => answer(request, response, access, pages));
  server.on('upgrade', createDoor(access, feeds, viewers, warn));
  const addresses = addressesOf(settings.feeds, `${inAddress(host)}:${port}`, token);
  const close = closing(server, viewers);
  const [first = ''] = Object.values(addresses).map(({ link }) => link);
  return { port, token, link: first, feeds: addresses, close, [Symbol.asyncDispose]: close };
}

function addressesOf(feeds: readonly Feed[], place: string, token: string): Record<string, FeedAddress> {
  const entries = feeds.map(({ name }) => {
    const address = {
      link: `http://${place}/${name}#token=${token}`,
      socket: `ws://${place}/${name}?token=${token}`,
    };
    return [name, address] as const;
  });
  return Object.fromEntries(entries);
}

function closing(server: Server, viewers: Viewers): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () =>
    (closed ??= new Promise((resolve) => {
      viewers.end();
      server.close(() => resolve());
      server.closeAllConnections();
    }));
}

function answer(request: IncomingMessage, response: ServerResponse, access: Access, pages: Pages): void {
  guardPage(response, access, pages);
  try {
    checkHost(request, access);
    sendAsset(request, response, pages.at(addressOf(request).pathname));
  } catch (error) {
    sendProblem(response, error);
  }
}

function warn(text: string): void {
  process.emitWarning(`The inspector: ${text}`, 'GreenroomWarning');
}
