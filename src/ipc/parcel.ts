import type { Overflow } from './channel.ts';
import type { Frame } from './frame.ts';

/** What is written one after the other. */
export type Piece = string | Uint8Array;

/** A frame that waits to be written. */
export interface Parcel {
  readonly text: string;
  /** Written after the text, which announces their lengths. */
  readonly attachments?: readonly Uint8Array[] | undefined;
  /** Told if the attachments aren't of these lengths any more when their turn comes; then nothing of it is written. */
  readonly onChanged?: (() => void) | undefined;
  /** It is written in one list with others; else it is a line. */
  readonly isListed?: boolean;
  /** Of both, and of what stands between it and the next. */
  readonly bytes: number;
  readonly overflow: Overflow;
}

/** Of a frame, which is a line or, with others, a part of one. */
export function parcelOf(
  { text, bytes }: Frame,
  isListed: boolean,
  overflow: Overflow = 'reject',
  attached?: Pick<Parcel, 'attachments' | 'onChanged'>,
): Parcel {
  return {
    text: isListed ? text : `${text}\n`,
    attachments: attached?.attachments,
    onChanged: attached?.onChanged,
    isListed,
    bytes: bytes + 1,
    overflow,
  };
}

/** A frame in the queue. A class, because copying an object with all of its fields costs as much as the rest of a message. */
export class Waiting implements Parcel {
  readonly text: string;
  readonly attachments: readonly Uint8Array[] | undefined;
  readonly onChanged: (() => void) | undefined;
  readonly isListed: boolean;
  readonly bytes: number;
  readonly overflow: Overflow;
  readonly number: number;
  isDropped = false;

  constructor(parcel: Parcel, number: number) {
    this.text = parcel.text;
    this.attachments = parcel.attachments;
    this.onChanged = parcel.onChanged;
    this.isListed = parcel.isListed === true;
    this.bytes = parcel.bytes;
    this.overflow = parcel.overflow;
    this.number = number;
  }
}
