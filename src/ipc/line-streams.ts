import type { Duplex, Readable, Writable } from 'node:stream';

/** A socket, or one stream for each direction. */
export type LineStreams = Duplex | { readonly readable: Readable; readonly writable: Writable };

/** Both directions, which are the same stream of a socket. */
export function directions(streams: LineStreams): { readable: Readable; writable: Writable } {
  if (isPair(streams)) return streams;
  return { readable: streams, writable: streams };
}

function isPair(streams: LineStreams): streams is Exclude<LineStreams, Duplex> {
  return typeof streams.readable !== 'boolean';
}
