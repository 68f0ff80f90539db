export { connectionMachine } from './connection.ts';
export type {
  ConnectionContext,
  ConnectionInput,
  ConnectionPhase,
  DiscardReason,
} from './connection-context.ts';
export type {
  ConnectionEvent,
  ConnectionEventType,
  Order,
  ProcessNews,
  ProcessOrder,
  StartNews,
} from './connection-events.ts';
export type {
  ConnectionEmitted,
  ProcessInput,
  ProcessLogic,
  SlotLogic,
  StartInput,
  StartLogic,
} from './connection-setup.ts';
export type { ExitCause, ExitRecord } from './exits.ts';
export { defaultPolicy, type ConnectionPolicy, type RestartType } from './policy.ts';
export {
  statusOf,
  type ConnectionSnapshot,
  type ConnectionState,
  type ConnectionStatus,
  type EndingPurpose,
  type EndingStep,
} from './status.ts';
