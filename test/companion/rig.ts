import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { type WebSocket, WebSocketServer } from 'ws';

/** The figure that each device holds. */
export interface Figures {
  /** Over TCP, by lines: it is told on connecting and at each change. */
  lamp: number;
  /** Over UDP: it is told to all who ever asked. */
  tally: number;
  /** Over HTTP: one has to ask. */
  volume: number;
  /** Over OSC: it tells nothing. */
  fader: number;
  /** Over WebSocket: as the lamp. */
  scene: number;
}

/** Simulated devices on 127.0.0.1, one for each way in which modules speak to theirs. */
export interface Rig extends AsyncDisposable {
  readonly ports: Readonly<Record<'tcp' | 'udp' | 'http' | 'osc' | 'ws', number>>;
  readonly figures: Readonly<Figures>;
  /** Connections that are open. */
  readonly open: { readonly tcp: number; readonly ws: number };
  /** Somebody turns the knobs of all devices. */
  turn(to: number): void;
  /** Sends a datagram that nobody asked for. */
  cue(figure: number, port: number): Promise<void>;
  /** The HTTP device answers such a request, as `GET /bye`, only when it is let go. */
  hold(request: string): { readonly isAsked: boolean; letGo(): void };
}

/** Starts all devices; each takes a free port. */
export async function startRig(): Promise<Rig> {
  const figures: Figures = { lamp: 0, tally: 0, volume: 0, fader: 0, scene: 0 };
  const lamp = await startLamp(figures);
  const tally = await startTally(figures);
  const volume = await startVolume(figures);
  const fader = await startFader(figures);
  const scene = await startScene(figures);
  const devices = [lamp, tally, volume, fader, scene];
  return {
    ports: { tcp: lamp.port, udp: tally.port, http: volume.port, osc: fader.port, ws: scene.port },
    figures,
    get open() {
      return { tcp: lamp.clients.size, ws: scene.clients.size };
    },
    turn(to) {
      Object.assign(figures, { lamp: to, tally: to + 1, volume: to + 2, scene: to + 3 });
      for (const { tell } of [lamp, tally, scene]) tell();
    },
    cue: (figure, port) => tally.send(`CUE ${figure}`, { port, address: '127.0.0.1' }),
    hold: volume.hold,
    async [Symbol.asyncDispose]() {
      await Promise.all(devices.map((device) => device.close()));
    },
  };
}

async function startLamp(figures: Figures) {
  const clients = new Set<Socket>();
  const tell = (to: Iterable<Socket> = clients): void => {
    for (const client of to) client.write(`LEVEL ${figures.lamp}\n`);
  };
  const server = createTcpServer((client) => {
    clients.add(client);
    client.on('close', () => clients.delete(client));
    const lines = createInterface({ input: client });
    // Readline throws an error of its input that nobody hears from itself, though the input's is heard.
    for (const each of [client, lines]) each.on('error', () => client.destroy());
    lines.on('line', (line) => {
      figures.lamp = figureIn(line);
      tell();
    });
    tell([client]);
  });
  const close = (): Promise<void> => {
    for (const client of clients) client.destroy();
    return closed(server);
  };
  return { port: await listening(server), clients, tell, close };
}

async function startTally(figures: Figures) {
  const askers = new Map<number, RemoteInfo>();
  const socket = await bound();
  const send = (words: string, { port, address }: Pick<RemoteInfo, 'port' | 'address'>): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.send(words, port, address, (error) => (error ? reject(error) : resolve()));
    });
  const tell = (): void => {
    for (const asker of askers.values()) void send(`TALLY ${figures.tally}`, asker);
  };
  socket.on('message', (message, asker) => {
    askers.set(asker.port, asker);
    if (message.toString() !== 'STATE?') figures.tally = figureIn(message.toString());
    tell();
  });
  return { port: socket.address().port, send, tell, close: () => unbound(socket) };
}

async function startVolume(figures: Figures) {
  const held = new Map<string, { isAsked: boolean; wait: Promise<void> }>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const hold = held.get(`${request.method} ${request.url}`);
    const body = await text(request);
    if (hold) hold.isAsked = true;
    await hold?.wait;
    if (request.method === 'PUT') figures.volume = figureIn(body);
    response.end(String(figures.volume));
  };
  const server = createHttpServer((request, response) => {
    // Who was killed while it asked gets no answer.
    answer(request, response).catch(() => response.destroy());
  });
  return {
    port: await listening(server),
    hold(request: string) {
      const { promise, resolve } = deferred();
      const hold = { isAsked: false, wait: promise };
      held.set(request, hold);
      return {
        get isAsked() {
          return hold.isAsked;
        },
        letGo() {
          held.delete(request);
          resolve();
        },
      };
    },
    close() {
      server.closeAllConnections();
      return closed(server);
    },
  };
}

async function startFader(figures: Figures) {
  const socket = await bound();
  // A message of OSC to `/fader` with one integer has that at its end.
  socket.on('message', (message) => {
    if (message.toString('latin1').startsWith('/fader\0\0,i\0\0')) figures.fader = message.readInt32BE(12);
  });
  return { port: socket.address().port, close: () => unbound(socket) };
}

async function startScene(figures: Figures) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const { clients } = server;
  const tell = (to: Iterable<WebSocket> = clients): void => {
    for (const client of to) client.send(JSON.stringify({ scene: figures.scene }));
  };
  server.on('connection', (client) => {
    client.on('error', () => client.terminate());
    client.on('message', (message) => {
      figures.scene = figureIn((message as Buffer).toString());
      tell();
    });
    tell([client]);
  });
  await once(server, 'listening');
  const close = (): Promise<void> => {
    for (const client of clients) client.terminate();
    return closed(server);
  };
  return { port: (server.address() as AddressInfo).port, clients, tell, close };
}

/** The first number of a text. */
function figureIn(words: string): number {
  return Number(/-?\d+/.exec(words)?.[0]);
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function bound(): Promise<UdpSocket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

function unbound(socket: UdpSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => resolve());
  });
}

function closed(server: { close(done: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function deferred() {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
