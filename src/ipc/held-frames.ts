import type { ChannelListener, MalformedFrame } from './channel.ts';
import { jsonSize } from './json-size.ts';

export interface HeldFramesOptions {
  readonly mostFrames: number;
  readonly mostBytes: number;
  /** Each frame as it comes, as long as nobody has taken over. */
  readonly onFrame: (frame: unknown) => void;
  /** It can't be held any longer: too much came, what can't be read, or the end of the channel; for people. */
  readonly onUnfit: (why: string) => void;
}

/** Listens to a channel before it is known who will, and keeps what comes for whoever takes over. */
export class HeldFrames implements ChannelListener {
  readonly #options: HeldFramesOptions;
  #held: { readonly frame: unknown; readonly attachments: readonly Uint8Array[] | undefined }[] = [];
  #bytes = 0;
  #listener: ChannelListener | undefined;

  constructor(options: HeldFramesOptions) {
    this.#options = options;
  }

  onMessage(frame: unknown, attachments?: readonly Uint8Array[]): void {
    if (this.#listener) return this.#listener.onMessage(frame, attachments);
    const { mostFrames, mostBytes, onFrame, onUnfit } = this.#options;
    this.#held.push({ frame, attachments });
    const withoutAttachments = jsonSize(frame)?.bytes ?? mostBytes;
    this.#bytes += (attachments ?? []).reduce((sum, { length }) => sum + length, withoutAttachments);
    // First, because it may be forgotten.
    onFrame(frame);
    if (this.#held.length > mostFrames || this.#bytes > mostBytes)
      onUnfit(`it said more than ${mostFrames} messages or ${mostBytes} bytes before anybody needed it`);
  }

  onMalformed(frame: MalformedFrame): void {
    if (this.#listener) this.#listener.onMalformed(frame);
    else this.#options.onUnfit(`it sent a frame that can't be read (${frame.reason})`);
  }

  onUnsent(...args: Parameters<NonNullable<ChannelListener['onUnsent']>>): void {
    this.#listener?.onUnsent?.(...args);
  }

  onClose(): void {
    if (this.#listener) this.#listener.onClose();
    else this.#options.onUnfit('its channel closed');
  }

  /** This one is for nobody who takes over. */
  forget(frame: unknown): void {
    this.#held = this.#held.filter((each) => each.frame !== frame);
  }

  /** Hands on what was held, in order, and from now on everything as it comes. */
  takeOver(listener: ChannelListener): void {
    for (const { frame, attachments } of this.#held.splice(0)) listener.onMessage(frame, attachments);
    this.#listener = listener;
  }
}
