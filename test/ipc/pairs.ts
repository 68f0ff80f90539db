import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type Duplex, PassThrough } from 'node:stream';
import type { Channel, ChannelLimits, Json } from '../../src/ipc/channel.ts';
import { linesChannel } from '../../src/ipc/lines.ts';
import { linkedChannels } from '../../src/ipc/linked.ts';
import { nodeChannel } from '../../src/ipc/node.ts';
import { ownedNodeChannel, ownedNodeEnvironment } from '../../src/ipc/owned-node.ts';
import { Recorder, until } from './recorder.ts';

export type Act = { readonly send: Json } | 'close' | 'exit';

/** The other end of the channel under test. */
export interface FarSide {
  readonly heard: readonly unknown[];
  readonly isClosed: boolean;
  /** Resolves when all of it was done, in one tick of the far side. */
  act(...acts: Act[]): Promise<void>;
  /** Begins to read, where it was opened without. */
  read(): void;
  /** Ends it, however it is. */
  end(): Promise<void>;
}

export interface Pair {
  readonly near: Channel;
  readonly far: FarSide;
}

export interface OpenOptions {
  readonly limits?: Partial<ChannelLimits>;
  readonly farReads?: boolean;
}

export type Open = (options?: OpenOptions) => Promise<Pair>;

export const openLinked: Open = async ({ limits, farReads = true } = {}) => {
  const [near, far] = linkedChannels(limits);
  return { near, far: new ChannelFarSide(far, farReads) };
};

export const openPipes: Open = async ({ limits, farReads = true } = {}) => {
  const [there, back] = [new PassThrough(), new PassThrough()];
  const near = linesChannel({ readable: back, writable: there }, limits);
  return { near, far: new ChannelFarSide(linesChannel({ readable: there, writable: back }), farReads) };
};

export const openSocket: Open = async ({ limits, farReads = true } = {}) => {
  const [near, far] = await socketPair();
  return { near: linesChannel(near, limits), far: new ChannelFarSide(linesChannel(far), farReads) };
};

export const openStdio: Open = (options) =>
  openChild({
    ...options,
    wire: ['stdio', '3'],
    stdio: ['pipe', 'pipe', 'inherit', 'pipe'],
    channel: ({ stdin, stdout }, limits) => {
      if (stdin === null || stdout === null) throw new Error('The child has no pipes.');
      return linesChannel({ readable: stdout, writable: stdin }, limits);
    },
  });

export const openNode: Open = (options) =>
  openChild({
    ...options,
    wire: ['ipc', '3'],
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'ipc'],
    channel: (child, limits) => nodeChannel(child, limits),
  });

export const openOwned: Open = (options) =>
  openChild({
    ...options,
    wire: ['ipc', '4'],
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
    env: ownedNodeEnvironment,
    channel: (child, limits) => ownedNodeChannel(child.stdio[3] as Duplex, limits),
  });

/** Both ends of a connection on loopback. */
export async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const near = connect(address.port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  server.close();
  return [near, far];
}

interface ChildOptions extends OpenOptions {
  readonly wire: readonly string[];
  readonly stdio: StdioOptions;
  readonly env?: Readonly<Record<string, string>>;
  channel(child: ChildProcess, limits?: Partial<ChannelLimits>): Channel;
}

async function openChild({
  limits,
  farReads = true,
  wire,
  stdio,
  env,
  channel,
}: ChildOptions): Promise<Pair> {
  const program = join(import.meta.dirname, 'fixtures', 'far-side.mjs');
  const child = spawn(process.execPath, [program, ...wire], { stdio, env: { ...process.env, ...env } });
  const far = new ChildFarSide(child, Number(wire[1]));
  const near = channel(child, limits);
  await until(() => far.isReady);
  if (!farReads) child.kill('SIGSTOP');
  return { near, far };
}

class ChannelFarSide implements FarSide {
  readonly #channel: Channel;
  readonly #recorder = new Recorder();

  constructor(channel: Channel, reads: boolean) {
    this.#channel = channel;
    if (reads) this.read();
  }

  get heard(): unknown[] {
    return this.#recorder.messages;
  }

  get isClosed(): boolean {
    return this.#recorder.closes > 0;
  }

  async act(...acts: Act[]): Promise<void> {
    for (const act of acts) {
      if (typeof act === 'string') this.#channel.close();
      else this.#channel.send(act.send);
    }
  }

  read(): void {
    this.#channel.start(this.#recorder);
  }

  async end(): Promise<void> {
    this.#channel.close();
  }
}

class ChildFarSide implements FarSide {
  readonly #child: ChildProcess;
  readonly #control: Duplex;
  readonly heard: unknown[] = [];
  isReady = false;
  isClosed = false;
  #done = 0;
  #ordered = 0;

  constructor(child: ChildProcess, control: number) {
    this.#child = child;
    this.#control = child.stdio[control] as Duplex;
    this.#control.on('error', () => {});
    // The readline of Node 26 also breaks lines at U+2028, which JSON may contain.
    let rest = '';
    this.#control.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#note(JSON.parse(line) as object);
    });
  }

  async act(...acts: Act[]): Promise<void> {
    this.#control.write(`${JSON.stringify(acts)}\n`);
    this.#ordered += 1;
    const mine = this.#ordered;
    await until(() => this.#done >= mine || this.#child.exitCode !== null);
  }

  read(): void {
    this.#child.kill('SIGCONT');
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  #note(news: object): void {
    if ('heard' in news) this.heard.push(news.heard);
    else if ('closed' in news) this.isClosed = true;
    else if ('ready' in news) this.isReady = true;
    else this.#done += 1;
  }
}
