import type { CompanionInitialised } from './init.ts';
import type { ActionDefinition, FeedbackDefinition, OptionValues, VariableValue } from './payloads.ts';

/**
 * What modules tell the app, by name, as the base documents it. Real modules take liberties (a status without a status, values
 * that are lists): read these payloads with care, none of them was checked.
 */
export interface CompanionNotifications {
  'companion.initialised': CompanionInitialised;
  'log-message': { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string };
  'set-status': { readonly status: CompanionStatus | null; readonly message: string | null };
  setActionDefinitions: { readonly actions: readonly ActionDefinition[] };
  setFeedbackDefinitions: { readonly feedbacks: readonly FeedbackDefinition[] };
  setPresetDefinitions: { readonly presets: readonly Readonly<Record<string, unknown>>[] };
  setVariableDefinitions: {
    readonly variables: readonly { readonly id: string; readonly name: string }[];
    /** From 1.7. */
    readonly newValues?: readonly VariableValue[];
  };
  setVariableValues: { readonly newValues: readonly VariableValue[] };
  updateFeedbackValues: {
    readonly values: readonly { readonly id: string; readonly controlId: string; readonly value?: unknown }[];
  };
  /** To be kept with the config. Under a manager it is the event `configSaved` instead. */
  saveConfig: { readonly config?: unknown; readonly secrets?: unknown };
  'send-osc': {
    readonly host: string;
    readonly port: number | string;
    readonly path: string;
    readonly args: unknown;
  };
  recordAction: {
    readonly uniquenessId: string | null;
    readonly actionId: string;
    readonly options: OptionValues;
    /** Milliseconds; from 1.9. */
    readonly delay?: number;
  };
  setCustomVariable: {
    readonly customVariableId: string;
    readonly value: unknown;
    readonly controlId?: string;
  };
}

/** The name of a notification. */
export type CompanionNotificationName = keyof CompanionNotifications;

/** What a module may say of itself. */
export type CompanionStatus =
  | 'ok'
  | 'connecting'
  | 'disconnected'
  | 'connection_failure'
  | 'bad_config'
  | 'unknown_error'
  | 'unknown_warning'
  | 'authentication_failure'
  /** From 2.0. */
  | 'insufficient_permissions';

/** What modules ask the app. Without a handler the first two get a harmless answer, the others an error. */
export interface CompanionCalls {
  parseVariablesInString: {
    payload: {
      readonly text: string;
      readonly controlId?: string;
      readonly feedbackInstanceId?: string;
      readonly actionInstanceId?: string;
    };
    result: { readonly text: string; readonly variableIds: readonly string[] };
  };
  upgradedItems: {
    payload: {
      readonly updatedActions: Readonly<Record<string, unknown>>;
      readonly updatedFeedbacks: Readonly<Record<string, unknown>>;
    };
    result: unknown;
  };
  /** Results in the handle of the socket. */
  sharedUdpSocketJoin: {
    payload: { readonly family: 'udp4' | 'udp6'; readonly portNumber: number };
    result: string;
  };
  sharedUdpSocketLeave: { payload: { readonly handleId: string }; result: unknown };
  sharedUdpSocketSend: {
    payload: {
      readonly handleId: string;
      readonly message: Uint8Array;
      readonly address: string;
      readonly port: number;
    };
    result: unknown;
  };
}

/** The name of a call of a module. */
export type CompanionCallName = keyof CompanionCalls;
