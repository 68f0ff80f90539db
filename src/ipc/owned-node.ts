import type { Duplex } from 'node:stream';
import type {
  Channel,
  ChannelLimits,
  ChannelListener,
  ChannelTraffic,
  Json,
  SendOptions,
} from './channel.ts';
import { excerpt } from './excerpt.ts';
import { malformed } from './frame.ts';
import { isInternal, refuseInternal } from './internal-messages.ts';
import { linesChannel } from './lines.ts';

/**
 * Opens the host's side of a channel to a Node process that uses `process.send` and doesn't know that the other end is
 * no Node: give it a pipe as descriptor 3 and `ownedNodeEnvironment`. Unlike with Node's own channel, limits
 * hold before anything is parsed, and bytes that aren't JSON can't harm the host.
 * @throws {GreenroomError} `OPTION_INVALID` for a limit that is no number of at least 1.
 */
export function ownedNodeChannel(pipe: Duplex, limits?: Partial<ChannelLimits>): Channel {
  return new OwnedNodeChannel(linesChannel(pipe, limits));
}

/** What makes Node in the child take its descriptor 3 for the channel to its parent. */
export const ownedNodeEnvironment = {
  NODE_CHANNEL_FD: '3',
  NODE_CHANNEL_SERIALIZATION_MODE: 'json',
} as const;

class OwnedNodeChannel implements Channel {
  readonly #lines: Channel;

  constructor(lines: Channel) {
    this.#lines = lines;
  }

  get isOpen(): boolean {
    return this.#lines.isOpen;
  }

  get queuedBytes(): number {
    return this.#lines.queuedBytes;
  }

  get traffic(): ChannelTraffic {
    return this.#lines.traffic;
  }

  start(listener: ChannelListener): void {
    this.#lines.start({
      onMessage: (message) => {
        if (!isInternal(message)) return listener.onMessage(message);
        listener.onMalformed(malformed('truncated', Buffer.from(excerpt(message))));
        if (message.cmd === 'NODE_HANDLE') this.#refuseHandle();
      },
      onMalformed: (frame) => listener.onMalformed(frame),
      onClose: () => listener.onClose(),
    });
  }

  send(message: Json, options?: SendOptions): void {
    refuseInternal(message);
    this.#lines.send(message, options);
  }

  flush(): Promise<void> {
    return this.#lines.flush();
  }

  drained(): Promise<void> {
    return this.#lines.drained();
  }

  hurry(): void {
    this.#lines.hurry();
  }

  close(): void {
    this.#lines.close();
  }

  // A child that sends a handle along holds back everything else until it hears whether that arrived. It can't have; told
  // so three times about a socket, Node warns on the child's stderr and goes on.
  #refuseHandle(): void {
    if (!this.#lines.isOpen) return;
    try {
      this.#lines.send({ cmd: 'NODE_HANDLE_NACK' });
    } catch {
      // The queue is full: the child isn't reading, and would not see the answer either.
    }
  }
}
