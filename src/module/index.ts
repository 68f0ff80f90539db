export type { Overflow, SendOptions } from '../ipc/channel.ts';
export type { CallContext, InitSettings, ModuleDefinition, ModuleSettings } from './definition.ts';
export type { HostCallOptions, LogLevel, ModuleHost, StatusLevel } from './host.ts';
export { misconfigured } from './misconfigured.ts';
export { runModule } from './run-module.ts';
