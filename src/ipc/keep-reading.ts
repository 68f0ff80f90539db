import type { Writable } from 'node:stream';

/**
 * Makes a socket outlive a write that fails: Node destroys it, and with it everything the other side sent before it went
 * and that wasn't read yet. What can't be written is dropped, and `onFailure` called.
 */
export function surviveFailedWrites(socket: Writable, onFailure: (error: Error) => void): void {
  const settle =
    (done: Done): Done =>
    (error) => {
      if (error) onFailure(error);
      done();
    };
  const write = socket._write.bind(socket);
  socket._write = (chunk, encoding, done) => write(chunk, encoding, settle(done));
  if (socket._writev == null) return;
  const writeAll = socket._writev.bind(socket);
  socket._writev = (chunks, done) => writeAll(chunks, settle(done));
}

type Done = (error?: Error | null) => void;
