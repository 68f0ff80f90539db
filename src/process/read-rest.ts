import type { Pipes } from './spawn.ts';

/**
 * Waits until what a process wrote before its end is read, at most one look at its pipes, then lets go of them and calls back. At once if they
 * are read to their end already.
 */
export function readRest(child: Pipes, andThen: () => void): void {
  const finish = (): void => {
    andThen();
    // A grandchild that left the group may hold them open for ever.
    for (const stream of child.stdio) stream?.destroy();
  };
  if (isRead(child)) return finish();
  // Node reaps all that are dead, also those that died after it last looked at pipes. It looks at them again between two immediates.
  setImmediate(() => setImmediate(finish));
}

function isRead({ stdio }: Pipes): boolean {
  return stdio.every(
    (stream) => !stream || stream.destroyed || !('readableEnded' in stream) || stream.readableEnded,
  );
}
