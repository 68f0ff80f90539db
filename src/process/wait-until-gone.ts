import { setTimeout as wait } from 'node:timers/promises';
import { killMarked } from './marked-processes.ts';
import { lives } from './process-table.ts';
import type { ProcessIdentity } from './signals.ts';

/** Resolves when this process has ended with all its threads, for whoever isn't its parent and so is told nothing. Linux only. */
export async function waitUntilGone({ pid, startTime }: ProcessIdentity): Promise<void> {
  for (let delay = 5; lives(pid, startTime); delay = Math.min(delay * 2, 250)) await wait(delay);
}

/** Kills all who carry one of these variables, and resolves when nobody does any more. Linux only. */
export async function endMarked(variables: ReadonlySet<string>): Promise<void> {
  // Who is just becoming another program has no environment for a moment.
  for (let quiet = 0; quiet < 2; await wait(25)) quiet = killMarked(variables) === 0 ? quiet + 1 : 0;
}
