import type { Overflow } from './channel.ts';
import type { Frame } from './frame.ts';

/** What is written one after the other. */
export type Piece = string | Uint8Array;

/** What is written after a frame's text, which announces their lengths. */
interface Attached {
  readonly attachments: readonly Uint8Array[];
  /** Told if the attachments aren't of these lengths any more when their turn comes; then nothing of the frame is written. */
  onChanged(): void;
}

/** A frame that waits to be written. */
export class Parcel {
  readonly text: string;
  /** Of all of it, and of what stands between it and the next. */
  readonly bytes: number;
  /** It is written in one list with others; else it is a line. */
  readonly isListed: boolean;
  readonly overflow: Overflow;
  readonly attached: Attached | undefined;
  /** How many had been accepted with it; given when it is. */
  number = 0;
  isDropped = false;

  constructor(text: string, bytes: number, isListed: boolean, overflow: Overflow, attached?: Attached) {
    this.text = text;
    this.bytes = bytes;
    this.isListed = isListed;
    this.overflow = overflow;
    this.attached = attached;
  }
}

/** Of a frame that is a line or, with others, a part of one. */
export function parcelOf(
  { text, bytes }: Frame,
  isListed: boolean,
  overflow: Overflow = 'reject',
  attached?: Attached,
): Parcel {
  return new Parcel(isListed ? text : `${text}\n`, bytes + 1, isListed, overflow, attached);
}
