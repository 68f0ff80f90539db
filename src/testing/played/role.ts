import { setTimeout as wait } from 'node:timers/promises';
import type { AnyEventObject } from 'xstate';
import type { Connection } from '../../manager/connection.ts';
import type { Problem } from '../model/pure-actor.ts';
import { lives } from './causes.ts';
import type { StandIn } from './stand-in.ts';

/** An actor of the story. */
export interface Role {
  readonly connection: Connection;
  readonly standIn: StandIn;
  /** Events it got that no step of the story was waiting for yet. */
  readonly unread: AnyEventObject[];
  /** Every process it had. */
  readonly pids: Set<number>;
  /** What the story had it told that is not news any more: no process of it is real. */
  lateNews: AnyEventObject | null;
  /** It is dead, and nobody has told. */
  isDeadUntold: boolean;
}

/** What a real start does at once, and the story would have later. */
export function tooEarly({ unread }: Role): string | undefined {
  return unread.find(({ type }) => ['slot.granted', 'process.spawned', 'process.spawnFailed'].includes(type))
    ?.type;
}

/** Takes the event out of those that nobody waited for, as soon as it is among them. */
export async function arrives({ unread }: Role, type: string): Promise<boolean> {
  const end = performance.now() + 5000;
  for (;;) {
    const index = unread.findIndex((event) => event.type === type);
    if (index >= 0) return unread.splice(index, 1).length > 0;
    if (performance.now() > end) return false;
    await wait(2);
  }
}

/** What is not true, as the operating system has it. */
export function problemsOf({ connection, pids, isDeadUntold }: Role): Problem[] {
  const { alive, state, step, pid } = connection.status;
  const living = [...pids].filter(lives);
  const claims = 'The state claims a process exactly as long as there is one, or its exit is under way.';
  if (living.length > 1)
    return [{ invariant: 'There is one process at most.', detail: `${living.length} live` }];
  // Whoever was sent SIGKILL may be gone before the story says so.
  if (isDeadUntold || step === 'killing') return [];
  if (!alive && living.length > 0)
    return [{ invariant: claims, detail: `${state} claims none, and there is one` }];
  if (pid !== null && living.length === 0)
    return [{ invariant: claims, detail: `${state} claims a process, and there is none` }];
  return [];
}
