import type { GuardedStart } from './guards.ts';
import type { ProcessHost } from './host.ts';
import type { GiveUp } from './launcher-link.ts';
import { spawnModule, type SpawnListener, type Startable } from './spawn.ts';

/** Starts a module so that it can't outlive this process, by a launcher where there is one, which takes a moment, else at once. Never throws. */
export function startGuarded(
  { launcher, guards }: Pick<ProcessHost, 'launcher' | 'guards'>,
  launch: Startable,
  environment: Record<string, string>,
  listener: SpawnListener,
): GiveUp | undefined {
  const guard = (parent?: number): GuardedStart =>
    guards?.guard(launch, environment, parent) ?? { command: launch, environment };
  const starter = launcher?.next();
  if (starter) return starter.start(launch, guard, listener);
  const guarded = guard();
  spawnModule(launch, guarded.environment, listener, guarded.command);
  return undefined;
}
