import type { Parcel, Piece } from './parcel.ts';

/** What stands around the frames of a list. */
export const listBytes = '[]'.length;

/** Frames of one write, oldest first. */
export interface Batch {
  readonly pieces: readonly Piece[];
  /** Of the frames. */
  readonly bytes: number;
  /** Of the pieces, in bytes. */
  readonly size: number;
  readonly messages: number;
  readonly upTo: number;
}

/** Puts frames together for one write: lines with what is attached to them, or those of one list. */
export class BatchBuilder {
  readonly #isList: boolean;
  readonly #pieces: Piece[] = [];
  #text = '';
  #messages = 0;
  #upTo = 0;
  bytes = 0;

  constructor(isList: boolean) {
    this.#isList = isList;
  }

  /** At least one fits. */
  fits(next: Parcel, mostBytes: number): boolean {
    if (next.isListed !== this.#isList) return false;
    return this.#messages === 0 || this.bytes + next.bytes <= mostBytes;
  }

  add({ text, attached, bytes, number }: Parcel): void {
    this.#text += this.#isList && this.#messages > 0 ? `,${text}` : text;
    if (attached !== undefined) {
      this.#pieces.push(this.#text, ...attached.attachments);
      this.#text = '';
    }
    this.bytes += bytes;
    this.#messages += 1;
    this.#upTo = number;
  }

  /** Undefined if nothing was added. */
  finish(): Batch | undefined {
    if (this.#messages === 0) return undefined;
    if (this.#text !== '') this.#pieces.push(this.#isList ? `[${this.#text}]\n` : this.#text);
    return {
      pieces: this.#pieces,
      bytes: this.bytes,
      size: this.#isList ? this.bytes + listBytes : this.bytes,
      messages: this.#messages,
      upTo: this.#upTo,
    };
  }
}
