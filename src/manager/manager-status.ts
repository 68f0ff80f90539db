import type { ConnectionStatus } from '../machines/status.ts';
import type { GuardStatus } from '../process/guards.ts';
import type { LauncherStatus } from '../process/launcher.ts';
import type { SpareStatus } from './spare.ts';

/** What is true of a manager now, as plain JSON. */
export interface ManagerStatus {
  readonly state: 'running' | 'stopping' | 'stopped';
  readonly startSlots: { readonly total: number; readonly held: number; readonly waiting: number };
  /** What keeps modules from outliving this process. */
  readonly guards: GuardStatus;
  /** What starts them, if not this process itself. */
  readonly launcher: LauncherStatus;
  /** The processes that wait to take over, or are to. */
  readonly spares: readonly SpareStatus[];
  readonly connections: readonly ConnectionStatus[];
}
