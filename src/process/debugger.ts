import type { Readable } from 'node:stream';

/** `listening`: a debugger may attach; `attached`: at least one has. */
export type DebuggerState = 'listening' | 'attached';

// What Node itself writes to stderr, in all of its versions from 20 to 26. The last is written when the last of several has gone.
const signs = /^Debugger (listening on ws:|attached\.|ending on ws:)/;
const longestSign = 'Debugger listening on ws:'.length;

/**
 * Reads from a module's stderr whether a debugger can attach or has attached, and tells each change. Another Node process whose stderr the
 * module passes on as its own is taken for the module.
 */
export function watchForDebugger(stderr: Readable | null, onChange: (state: DebuggerState) => void): void {
  let state: DebuggerState | undefined;
  let rest: Buffer = Buffer.alloc(0);
  const read = (line: string): void => {
    const sign = signs.exec(line)?.[1];
    // Before it listens nobody can have attached: that is somebody's text.
    if (sign === undefined || (state === undefined && !sign.startsWith('listening'))) return;
    const now = sign.startsWith('attached') ? 'attached' : 'listening';
    if (now === state) return;
    state = now;
    onChange(now);
  };
  stderr?.on('data', (chunk: Buffer) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (bytes.includes('Debugger ')) for (const line of bytes.toString('latin1').split('\n')) read(line);
    rest = beginning(bytes);
  });
}

/** The start of a line whose end has not come: as much as a sign may need. */
function beginning(bytes: Buffer): Buffer {
  const line = bytes.subarray(bytes.lastIndexOf('\n') + 1);
  return line.length < longestSign ? Buffer.from(line) : Buffer.alloc(0);
}
