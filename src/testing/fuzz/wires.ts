import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import type { Channel, ChannelLimits } from '../../ipc/channel.ts';
import { isInternal } from '../../ipc/internal-messages.ts';
import { linesChannel } from '../../ipc/lines.ts';
import { nodeChannel, type NodeEndpoint } from '../../ipc/node.ts';
import { ownedNodeChannel } from '../../ipc/owned-node.ts';

/** One end of a channel, and the bytes that come to it and from it. */
export interface Wire {
  readonly channel: Channel;
  /** What the other side sends. */
  feed(bytes: Buffer): void;
  /** The other side is gone. */
  end(): void;
  /** How many lines Node, which reads this kind of channel itself, has kept from us. */
  readonly kept: number;
}

export type WireKind = 'lines' | 'stdio' | 'owned' | 'node';

/** Opens the real channel of each kind over streams without a process; what it sends goes to `onSent`, line by line. */
export function openWire(kind: WireKind, limits: ChannelLimits, onSent: (message: unknown) => void): Wire {
  if (kind === 'node') return nodeWire(limits, onSent);
  const socket = new Socket(onSent);
  const channels = {
    lines: () => linesChannel(socket, limits),
    stdio: () => linesChannel({ readable: socket, writable: new Socket(onSent) }, limits),
    owned: () => ownedNodeChannel(socket, limits),
  };
  return {
    channel: channels[kind](),
    feed: (bytes) => void (socket.destroyed || socket.push(bytes)),
    end: () => void (socket.destroyed || socket.push(null)),
    kept: 0,
  };
}

class Socket extends Duplex {
  readonly #onSent: (message: unknown) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(onSent: (message: unknown) => void) {
    super();
    this.#onSent = onSent;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let end = this.#frameEnd(); end > 0; end = this.#frameEnd()) {
      const line = this.#rest.toString('utf8', 0, this.#rest.indexOf(10));
      this.#rest = this.#rest.subarray(end);
      this.#onSent(JSON.parse(line.replace(/^=\S+ /, '')));
    }
    done();
  }

  /** Where the first complete frame ends, its attachments included; 0 if there is none. */
  #frameEnd(): number {
    const end = this.#rest.indexOf(10) + 1;
    const announced = /^=(\S+) /.exec(this.#rest.toString('latin1', 0, end))?.[1] ?? '0';
    const total = announced.split(',').reduce((sum, length) => sum + Number(length), end);
    return end > 0 && this.#rest.length >= total ? total : 0;
  }
}

function nodeWire(limits: ChannelLimits, onSent: (message: unknown) => void): Wire {
  const endpoint = new Endpoint(onSent);
  let rest = Buffer.alloc(0);
  return {
    channel: nodeChannel(endpoint, limits),
    feed(bytes) {
      rest = Buffer.concat([rest, bytes]);
      for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
        const line = rest.subarray(0, end);
        rest = rest.subarray(end + 1);
        endpoint.receive(line);
      }
    },
    end: () => endpoint.disconnect(),
    get kept() {
      return endpoint.kept;
    },
  };
}

class Endpoint extends EventEmitter implements NodeEndpoint {
  readonly #onSent: (message: unknown) => void;
  connected = true;
  kept = 0;

  constructor(onSent: (message: unknown) => void) {
    super();
    this.#onSent = onSent;
  }

  send(message: object, _: undefined, __: undefined, onSent: (error: Error | null) => void): boolean {
    this.#onSent(JSON.parse(JSON.stringify(message)));
    process.nextTick(onSent, null);
    return true;
  }

  disconnect(): void {
    if (!this.connected) return;
    this.connected = false;
    process.nextTick(() => this.emit('disconnect'));
  }

  receive(line: Buffer): void {
    const message = parsed(line);
    // Node parses what comes, and keeps its own messages, before anyone else sees it.
    if (message === undefined || isInternal(message.value)) this.kept += 1;
    else if (this.connected) this.emit('message', message.value);
  }
}

function parsed(line: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(line.toString()) };
  } catch {
    return undefined;
  }
}
