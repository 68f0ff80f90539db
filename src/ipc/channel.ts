/** What JSON can carry. Channels take and give nothing else. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A frame that could not be turned into a message. */
export interface MalformedFrame {
  /** `truncated`: its end is missing, or the socket or server that a Node module sent along, which no channel carries. */
  readonly reason: 'not-json' | 'too-large' | 'truncated';
  /** The first 200 characters of what came. */
  readonly excerpt: string;
  /** True when the channel can't find the next frame any more and closes itself. */
  readonly fatal: boolean;
}

/** Hears what comes in. What its methods throw becomes an uncaught exception and doesn't disturb the channel. */
export interface ChannelListener {
  /** A frame was read; any JSON. */
  onMessage(message: unknown): void;
  /** A frame could not be read. */
  onMalformed(frame: MalformedFrame): void;
  /** Called exactly once, after the last message, whoever closed the channel. */
  onClose(): void;
}

/**
 * Carries JSON messages to and from one process. It knows bytes and backpressure; it does not know calls, tokens or
 * readiness, it never reconnects, and it never throws from an event: what goes wrong after `send` is `onClose`.
 */
export interface Channel {
  /**
   * Connects the listener. Called once; messages that came before are delivered first, in order.
   * @throws {GreenroomError} `OPTION_INVALID` when it is called again.
   */
  start(listener: ChannelListener): void;
  /**
   * Queues one message; messages leave in the order of the calls.
   * @throws {GreenroomError} `CHANNEL_CLOSED`, `FRAME_TOO_LARGE`, `QUEUE_FULL`, or `FRAME_MALFORMED` for what isn't JSON; then nothing was sent.
   */
  send(message: Json): void;
  /** Resolves when everything sent so far was handed to the operating system; also when the channel closed. */
  flush(): Promise<void>;
  /** Closes both directions; what is queued is still written out if the other side reads. Idempotent. */
  close(): void;
  /** False once nothing can be sent any more; never true again. */
  readonly isOpen: boolean;
  /** Bytes accepted by `send` and not yet taken by the operating system. */
  readonly queuedBytes: number;
}

/** What a channel takes. */
export interface ChannelLimits {
  /** The longest frame in bytes, either way. Default 8 MiB. */
  readonly frameBytes: number;
  /** The most bytes that may wait to be written; a `send` beyond it throws `QUEUE_FULL`. Default 1 MiB; one frame always fits an empty queue. */
  readonly queueBytes: number;
}

/** What holds where nothing else is said. */
export const defaultChannelLimits: ChannelLimits = { frameBytes: 8 * 1024 * 1024, queueBytes: 1024 * 1024 };
