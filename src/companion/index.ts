export { type Callable, companion, type CompanionClient } from './client.ts';
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
export { companionProtocol, type CompanionProtocolOptions } from './protocol.ts';
