import type { GreenroomError } from '../errors.ts';

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
  /** A frame was read; any JSON, and the bytes that came with it. */
  onMessage(message: unknown, attachments?: readonly Uint8Array[]): void;
  /** A message that `send` had accepted was not written and never will be: its attachments have another length now than they had. The channel goes on. Default: nobody hears of it. */
  onUnsent?(message: Json, error: GreenroomError): void;
  /** A frame could not be read. */
  onMalformed(frame: MalformedFrame): void;
  /** Called exactly once, after the last message, whoever closed the channel. */
  onClose(): void;
}

/**
 * What happens to a message that doesn't fit into the queue any more. `reject`: `send` throws `QUEUE_FULL`. `dropOldest`: the oldest waiting messages sent
 * with `dropOldest` make room. `coalesce`: whatever the queue holds, it takes the place of the message with the same key that still waits, at the end of the queue.
 */
export type Overflow = 'reject' | 'dropOldest' | { readonly coalesce: string };

/** How one message is to be sent. */
export interface SendOptions {
  /** Default `reject`. On Node's own channel (Windows), which can't take anything back, it is `reject` for all. */
  readonly overflow?: Overflow | undefined;
}

/** What went through a channel, counted since it was opened. */
export interface ChannelTraffic {
  /** Messages and malformed frames that were read. */
  readonly received: number;
  /** Messages that `send` accepted. */
  readonly sent: number;
  /** Messages that wait to be written now. */
  readonly queuedMessages: number;
  /** Bytes that wait to be written now. */
  readonly queuedBytes: number;
  /** Accepted messages that made room for later ones and were never written. */
  readonly dropped: number;
  /** Accepted messages that a later one of the same key took the place of. */
  readonly coalesced: number;
  /** How often reading was put off because there was more to read than one turn of the event loop, or one second, has room for. */
  readonly pauses: number;
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
   * Attachments are bytes that travel beside the message, for a channel and another side that expect them; they aren't copied, so leave them as they are until `flush` of after that has resolved. If they have another length
   * when their turn comes, `onUnsent` is called, and nothing of the message was written.
   * @throws {GreenroomError} `CHANNEL_CLOSED`, `FRAME_TOO_LARGE`, `QUEUE_FULL`, `OPTION_INVALID` for an overflow that is none, or `FRAME_MALFORMED` for what isn't JSON; then nothing was sent.
   */
  send(message: Json, options?: SendOptions, attachments?: readonly Uint8Array[]): void;
  /** From now on what comes may have attachments. Missing where the channel can't carry any. */
  expectAttachments?(): void;
  /** From now on what comes as a list is a batch of messages, and what is sent and is a list leaves in one with others. Missing where the channel has no use for it. */
  expectBatches?(): void;
  /** Resolves when everything sent so far was handed to the operating system, or dropped; also when the channel closed. */
  flush(): Promise<void>;
  /** Resolves when the queue is at most half full: at once, or when the other side has read; also when the channel closed. */
  drained(): Promise<void>;
  /** From now on everything is read as it comes, as before an end that is known: the process is gone and what it sent is to be heard before that is told. */
  hurry(): void;
  /** Closes both directions; what is queued is still written out if the other side reads. Idempotent. */
  close(): void;
  /** False once nothing can be sent any more; never true again. */
  readonly isOpen: boolean;
  /** Bytes accepted by `send` and not yet taken by the operating system. */
  readonly queuedBytes: number;
  /** Figures for people. */
  readonly traffic: ChannelTraffic;
}

/** What a channel takes. */
export interface ChannelLimits {
  /** The longest frame in bytes, either way. Default 8 MiB. */
  readonly frameBytes: number;
  /** The most bytes that may wait to be written; a `send` beyond it throws `QUEUE_FULL`. Default 1 MiB; one frame always fits an empty queue. */
  readonly queueBytes: number;
  /** The most messages that may wait to be written, likewise. Default 10 000. */
  readonly queueMessages: number;
  /** How long messages of this channel may be handled in one turn of the event loop before others have their turn; what is left is handled in the next. Microseconds, default 250. */
  readonly turnMicroseconds: number;
  /** The most messages read per second; the rest waits in the pipe, and the other side with it. Default: no such limit. */
  readonly messagesPerSecond: number;
}

/** What holds where nothing else is said. */
export const defaultChannelLimits: ChannelLimits = {
  frameBytes: 8 * 1024 * 1024,
  queueBytes: 1024 * 1024,
  queueMessages: 10_000,
  turnMicroseconds: 250,
  messagesPerSecond: Number.POSITIVE_INFINITY,
};
