import type { Clock } from '../clock.ts';
import type { connectionMachine } from '../machines/connection.ts';
import type { ConnectionSnapshot } from '../machines/status.ts';
import type { ConnectionPolicy } from '../machines/policy.ts';
import type { Module } from '../process/protocol.ts';
import type { Emitter } from './events.ts';
import type { Inspection } from './inspection.ts';
import type { Settings } from './settings.ts';

/** What a connection gets from its manager. */
export interface ConnectionSurroundings {
  readonly machine: typeof connectionMachine;
  readonly clock: Clock;
  readonly policy: ConnectionPolicy;
  readonly emitter: Emitter;
  readonly settings: Settings;
  readonly inspection: Inspection;
  toModule(module: Module | string): Module;
  /** It has come into this state. */
  onSnapshot(snapshot: ConnectionSnapshot): void;
  /** Its actor broke: whatever process it has is ended past it. */
  kill(): void;
  /** It is gone: its id may be used again. */
  onRemoved(): void;
}
