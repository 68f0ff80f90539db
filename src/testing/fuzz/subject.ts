import type { FuzzFrame } from './frame.ts';

/** One thing that happens: a frame comes, or the app does something. */
export type FuzzStep =
  | FuzzFrame
  | { readonly is: 'app'; readonly does: 'call' | 'notify' | 'configure' | 'give up' };

/** One life of somebody's opponent. */
export interface FuzzScript {
  /** How far it behaves before it begins to misbehave. */
  readonly from: 'start' | 'registered' | 'ready';
  readonly steps: readonly FuzzStep[];
  /** Into pieces of how many bytes what it sends is cut, again and again; none is not at all. */
  readonly cuts: readonly number[];
}

/** Something that is to hold out against scripts. */
export interface Subject {
  /** Plays a script; rejects when something is not as it must be. Resolves with the number of frames that were sent. */
  play(script: FuzzScript): Promise<number>;
  end(): Promise<void>;
}

/** Lets everything happen that needs no time. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The bytes in pieces, the last one what is left over. */
export function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  if (cuts.length === 0) return [bytes];
  const pieces: Buffer[] = [];
  for (let from = 0, index = 0; from < bytes.length; index += 1) {
    // Small cuts only at the beginning of what is long.
    const length = index > 50 ? bytes.length : (cuts[index % cuts.length] ?? 1);
    pieces.push(bytes.subarray(from, from + length));
    from += length;
  }
  return pieces;
}
