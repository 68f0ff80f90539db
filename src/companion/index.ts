export { type Callable, companion, type CompanionClient } from './client.ts';
export type { Action } from './definitions/action.ts';
export { exampleValues } from './definitions/example-values.ts';
export { definitionFaults, type Definitions, fieldFaults } from './definitions/faults.ts';
export type { Feedback } from './definitions/feedback.ts';
export type { Choice, Field, Visibility } from './definitions/input-field.ts';
export type { LogLine } from './definitions/log-line.ts';
export type { Preset, PresetFeedback } from './definitions/preset.ts';
export type { PresetGroup, PresetSection, PresetTemplate } from './definitions/preset-section.ts';
export type { Held, PresetAction, Step } from './definitions/preset-step.ts';
export type { ModuleStatus } from './definitions/status.ts';
export type { Style } from './definitions/style.ts';
export type { Variable } from './definitions/variable.ts';
export { CompanionHost, type CompanionHandlers, type CompanionHostOptions } from './host/companion-host.ts';
export type { Controls, Placed } from './host/controls.ts';
export { answerHttp, type HttpOptions, type HttpTarget } from './host/http.ts';
export { type RecordedAction, recordActions, type Recording } from './host/recording.ts';
export type { Said } from './host/said.ts';
export type { SharedAddresses, SharedSocketStatus } from './host/shared-sockets.ts';
export type { FilledText, VariableLookup } from './host/text-variables.ts';
export type { CompanionView, ViewEvents, ViewOptions } from './host/view.ts';
export { watchCompanion } from './host/watch.ts';
export type { CompanionConnection, CompanionManager } from './host/watchable.ts';
export type { CompanionInitialised, InitOptions } from './init.ts';
export type { RuntimeType } from './manifest.ts';
export { companionModule, type CompanionModuleOptions } from './module.ts';
export type { Runtimes } from './node-runtime.ts';
export type {
  CompanionCallName,
  CompanionCalls,
  CompanionNotificationName,
  CompanionNotifications,
  CompanionStatus,
} from './notifications.ts';
export type {
  ActionDefinition,
  ActionInstance,
  FeedbackDefinition,
  FeedbackInstance,
  HttpRequest,
  HttpResponse,
  InputField,
  OptionValues,
  SharedUdpMessage,
  UpgradeRequest,
  UpgradeResult,
  VariableValue,
} from './payloads.ts';
export { defaultPackageLimits, type PackageLimits } from './registry/package-limits.ts';
export type { RegisteredModule } from './registry/registered.ts';
export {
  createModuleRegistry,
  type ModuleRegistry,
  type ModuleRegistryOptions,
  type RegistryChange,
} from './registry/registry.ts';
export { companionProtocol, type CompanionProtocolOptions } from './protocol.ts';
