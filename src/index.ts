export { systemClock, type Clock } from './clock.ts';
export { createManager, type CreateManagerOptions } from './create-manager.ts';
export { GreenroomError, type ErrorCode } from './errors.ts';
export type { ChannelTraffic, Json, Overflow, SendOptions } from './ipc/channel.ts';
export type { Level } from './logging/levels.ts';
export { logTo } from './logging/log-to.ts';
export type { LogFields, Logger } from './logging/logger.ts';
export type { DiscardReason } from './machines/connection-context.ts';
export type { ExitCause, ExitRecord } from './machines/exits.ts';
export { defaultPolicy, type ConnectionPolicy, type RestartType } from './machines/policy.ts';
export type { ConnectionState, ConnectionStatus, EndingPurpose, EndingStep } from './machines/status.ts';
export type { Connection } from './manager/connection.ts';
export type { Diagnostic, Diagnostics } from './manager/diagnostics.ts';
export type { ConnectionChange, ConnectionOptions, Handler, Handlers } from './manager/connection-options.ts';
export type { KeepingModule } from './manager/keeping-module.ts';
export type { TracedCall } from './manager/trace-call.ts';
export { stopOnSignals } from './manager/stop-on-signals.ts';
export type { ManagerEventName, ManagerEvents } from './manager/events.ts';
export type { Inspect } from './manager/inspection.ts';
export type { Manager, ManagerOptions } from './manager/manager.ts';
export type { ManagerStatus } from './manager/manager-status.ts';
export type { SpareStatus } from './manager/spare.ts';
export type { LimitOptions } from './manager/limits.ts';
export type { PolicyOptions } from './manager/policy-options.ts';
export type { AwaitedStatus, WaitOptions } from './manager/wait.ts';
export {
  commandModule,
  nativeProtocol,
  nodeModule,
  type CommandModuleOptions,
  type ModulePermissions,
  type NodeModuleOptions,
} from './native/index.ts';
export { allowedVariables, allowedVariablesOnWindows } from './process/environment.ts';
export type { Resources } from './process/budget.ts';
export type { GuardOptions, GuardState, GuardStatus } from './process/guards.ts';
export type { LauncherOption, LauncherStatus } from './process/launcher.ts';
export type { DebuggerState } from './process/debugger.ts';
export { defaultProcessLimits, type OutputLimits, type ProcessLimits } from './process/host.ts';
export type {
  AppPort,
  CallMeta,
  CallOptions,
  InboundMessage,
  Launch,
  Module,
  ModuleNews,
  ModuleSettings,
  PrepareRequest,
  Protocol,
  Session,
  SessionPort,
  SpareLaunch,
} from './process/protocol.ts';
