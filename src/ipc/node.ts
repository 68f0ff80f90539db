import { inspect } from 'node:util';
import { GreenroomError } from '../errors.ts';
import type {
  Channel,
  ChannelLimits,
  ChannelListener,
  ChannelTraffic,
  Json,
  MalformedFrame,
} from './channel.ts';
import { channelClosed, encodeFrame, malformed } from './frame.ts';
import { Inbox } from './inbox.ts';
import { refuseInternal } from './internal-messages.ts';
import { jsonSize } from './json-size.ts';
import { channelLimits } from './limits.ts';
import { Outbox, trafficOf } from './outbox.ts';

/** What a child process and `process` have in common. */
export interface NodeEndpoint {
  readonly connected: boolean;
  send?(
    message: object,
    handle: undefined,
    options: undefined,
    onSent: (error: Error | null) => void,
  ): boolean;
  disconnect?(): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
  off(event: 'message', listener: (message: unknown) => void): unknown;
}

/**
 * Opens a channel over Node's own IPC, as either side of it. As with Node, it keeps a child process alive until it closed.
 * Node parses what comes before anyone sees it: a frame that isn't JSON is an uncaught exception of the *receiving*
 * process, and one that is too large is refused only after it was read. A host has a safer way in `ownedNodeChannel`.
 * @throws {GreenroomError} `OPTION_INVALID` for a limit that is no number of at least 1.
 */
export function nodeChannel(endpoint: NodeEndpoint, limits?: Partial<ChannelLimits>): Channel {
  return new NodeChannel(endpoint, channelLimits(limits));
}

class NodeChannel implements Channel {
  readonly #endpoint: NodeEndpoint;
  readonly #limits: ChannelLimits;
  readonly #outbox: Outbox;
  readonly #inbox = new Inbox();
  /** In `unheard` a write failed; what the other side sent before still comes, and then Node's own `disconnect`. */
  #state: 'open' | 'unheard' | 'closed' = 'open';
  #received = 0;

  constructor(endpoint: NodeEndpoint, limits: ChannelLimits) {
    this.#endpoint = endpoint;
    this.#limits = limits;
    this.#outbox = new Outbox(limits);
    // Before `start`: Node forgets the messages that nobody listened for when the other side disconnects.
    endpoint.on('message', this.#receive);
    endpoint.on('disconnect', () => this.#end());
    if (!endpoint.connected) this.#end();
  }

  get isOpen(): boolean {
    return this.#state === 'open' && this.#endpoint.connected;
  }

  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  get traffic(): ChannelTraffic {
    return trafficOf(this.#outbox, this.#received);
  }

  start(listener: ChannelListener): void {
    this.#inbox.start(listener);
  }

  send(message: Json): void {
    if (!this.isOpen) throw channelClosed();
    refuseInternal(message);
    const bytes = bytesOf(message, this.#limits.frameBytes);
    this.#outbox.accept(bytes);
    // Node's types leave out null, which it sends like any other JSON.
    this.#endpoint.send?.(message as object, undefined, undefined, (error) => {
      this.#outbox.take(bytes);
      if (error && this.#state === 'open') this.#state = 'unheard';
    });
  }

  flush(): Promise<void> {
    return this.#outbox.flushed();
  }

  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  // Node hands over what it has read as it comes, and can't be asked to wait.
  hurry(): void {}

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#inbox.abandon();
    // Node drops what it hasn't written when it disconnects.
    void this.flush().then(() => {
      if (this.#endpoint.connected) this.#endpoint.disconnect?.();
    });
  }

  readonly #receive = (message: unknown): void => {
    if (this.#state === 'closed') return;
    this.#received += 1;
    const refusal = refusalOf(message, this.#limits.frameBytes);
    if (refusal === undefined) return this.#inbox.message(message);
    this.#inbox.malformed(refusal);
    if (!refusal.fatal) return;
    this.#inbox.end();
    this.close();
  };

  #end(): void {
    this.#state = 'closed';
    this.#endpoint.off('message', this.#receive);
    this.#outbox.abandon();
    this.#inbox.end();
  }
}

// Node writes and reads the JSON itself: to write it once more only to measure it would cost as much again.
function bytesOf(message: Json, frameBytes: number): number {
  const size = jsonSize(message);
  return size !== undefined && size.atMost <= frameBytes
    ? size.bytes
    : encodeFrame(message, frameBytes).bytes;
}

function refusalOf(message: unknown, frameBytes: number): MalformedFrame | undefined {
  try {
    bytesOf(message as Json, frameBytes);
    return undefined;
  } catch (error) {
    const isTooLarge = error instanceof GreenroomError && error.code === 'FRAME_TOO_LARGE';
    const excerpt = isTooLarge ? JSON.stringify(message) : inspect(message);
    return malformed(isTooLarge ? 'too-large' : 'not-json', Buffer.from(excerpt));
  }
}
