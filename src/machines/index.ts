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
  SpareNews,
  StartNews,
} from './connection-events.ts';
export type { ProcessInput, ProcessLogic, SlotLogic, StartInput, StartLogic } from './connection-actors.ts';
export type { ConnectionEmitted } from './connection-setup.ts';
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
