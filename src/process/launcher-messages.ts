import type { Startable } from './spawn.ts';
import type { Command } from './parent-death.ts';
import type { ProcessIdentity } from './signals.ts';

/** What a host asks its launcher to start. `id` is never used twice. */
export interface StartRequest {
  readonly id: number;
  readonly launch: Startable;
  readonly environment: Record<string, string>;
  readonly command: Command;
}

type Bare =
  /** Comes with the host's end of this descriptor's pipe; all of them come before `spawned`. */
  | { readonly type: 'pipe'; readonly descriptor: number }
  | { readonly type: 'spawned'; readonly process: ProcessIdentity }
  | { readonly type: 'failed'; readonly message: string; readonly errno: string | null }
  | { readonly type: 'exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'trouble'; readonly message: string };

/** What a launcher has to tell: first that it is there, then of each start. */
export type LaunchNews = { readonly type: 'here' } | (Bare & { readonly id: number });
