import type { Module } from '../process/protocol.ts';

/** A module that keeps something for each of its connections. */
export interface KeepingModule extends Module {
  /** This connection was removed: nothing needs to be kept for it. */
  forget(connectionId: string): void;
}

/** Has a module forget a connection that was removed, if it keeps anything. */
export function forget(module: Module | KeepingModule, connectionId: string): void {
  if ('forget' in module) module.forget(connectionId);
}
