import type { Writable } from 'node:stream';

/** How much may wait for a reader that has stalled, in bytes. */
const mostWaiting = 4 * 1024 * 1024;
/** How long an end waits for such a reader, in milliseconds. */
const patience = 5000;

/**
 * Writes texts to whoever reads them. Where too much waits for a reader that has stalled, what comes is lost until it has caught up; how many texts
 * those were is told then.
 */
export function patientWriter(out: Writable, tellLost: (texts: number) => void): (text: string) => void {
  let lost = 0;
  out.on('drain', () => {
    const count = lost;
    lost = 0;
    if (count > 0) tellLost(count);
  });
  return (text) => {
    if (lost > 0 || out.writableLength > mostWaiting) lost++;
    else out.write(text);
  };
}

/**
 * Makes a terminal one that is not waited for: Node waits at each write, and where output is stopped (Ctrl+S, a connection that hangs) nothing else
 * would go on either.
 */
export function neverWaitFor(out: Writable): void {
  const { _handle: handle } = out as { _handle?: { setBlocking?(isBlocking: boolean): void } };
  handle?.setBlocking?.(false);
}

/** Whether all is written: at once, or as soon as a reader that is slow has taken it; false when it has stalled. */
export async function isWritten(out: Writable): Promise<boolean> {
  if (out.writableLength === 0) return true;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patience);
    out.write('', () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
