import { GreenroomError } from '../errors.ts';
import type { CallOptions } from '../process/protocol.ts';
import { type Field, readFields } from './definitions/input-field.ts';
import type {
  ActionInstance,
  FeedbackInstance,
  HttpRequest,
  HttpResponse,
  OptionValues,
  SharedUdpMessage,
  UpgradeRequest,
  UpgradeResult,
} from './payloads.ts';

/** The part of a connection that is needed. */
export interface Callable {
  call(name: string, payload: unknown, options?: CallOptions): Promise<unknown>;
  notify(name: string, payload: unknown): void;
}

/** What an app can ask of a Companion module. Every call rejects as the connection's `call` does; a module isn't told when one is cancelled. */
export interface CompanionClient {
  /** Rejects with `CALL_FAILED` when the action throws, in every version. */
  executeAction(action: ActionInstance, surfaceId?: string, options?: CallOptions): Promise<void>;
  /** In one shape for all versions. */
  getConfigFields(options?: CallOptions): Promise<readonly Field[]>;
  /** By id; null removes one. */
  updateActions(
    actions: Readonly<Record<string, ActionInstance | null>>,
    options?: CallOptions,
  ): Promise<void>;
  /** By id; null removes one. Values come as the notification `updateFeedbackValues`. */
  updateFeedbacks(
    feedbacks: Readonly<Record<string, FeedbackInstance | null>>,
    options?: CallOptions,
  ): Promise<void>;
  /** From 1.13; older bases upgrade what `updateActions` and `updateFeedbacks` bring them, and call `upgradedItems`. */
  upgradeActionsAndFeedbacks(request: UpgradeRequest, options?: CallOptions): Promise<UpgradeResult>;
  /** Undefined when the module has nothing to teach. */
  learnAction(action: ActionInstance, options?: CallOptions): Promise<OptionValues | undefined>;
  /** Undefined when the module has nothing to teach. */
  learnFeedback(feedback: FeedbackInstance, options?: CallOptions): Promise<OptionValues | undefined>;
  handleHttpRequest(request: HttpRequest, options?: CallOptions): Promise<HttpResponse>;
  startStopRecordActions(recording: boolean, options?: CallOptions): Promise<void>;
  /** Needed from 1.1 to 1.12. @throws {GreenroomError} as `notify`. */
  variablesChanged(variablesIds: readonly string[]): void;
  /** From 1.8. @throws {GreenroomError} as `notify`. */
  sharedUdpSocketMessage(message: SharedUdpMessage): void;
  /** From 1.8. @throws {GreenroomError} as `notify`. */
  sharedUdpSocketError(error: { handleId: string; portNumber: number; error: unknown }): void;
}

/**
 * Names and types for the calls of the Companion module API.
 * @example
 * const fields = await companion(connection).getConfigFields();
 */
export function companion(connection: Callable): CompanionClient {
  const ask = async (name: string, payload: unknown, options?: CallOptions) =>
    (await connection.call(name, payload, options)) as Answer | undefined;
  return {
    async executeAction(action, surfaceId, options) {
      // Bases before 1.2 call a surface a device.
      const payload = { action, surfaceId, deviceId: surfaceId };
      checkActionResult(action, await ask('executeAction', payload, options));
    },
    getConfigFields: async (options) => readFields((await ask('getConfigFields', {}, options))?.fields),
    async updateActions(actions, options) {
      await ask('updateActions', { actions }, options);
    },
    async updateFeedbacks(feedbacks, options) {
      await ask('updateFeedbacks', { feedbacks }, options);
    },
    upgradeActionsAndFeedbacks: async (request, options) =>
      (await connection.call('upgradeActionsAndFeedbacks', request, options)) as UpgradeResult,
    learnAction: async (action, options) => (await ask('learnAction', { action }, options))?.options,
    learnFeedback: async (feedback, options) => (await ask('learnFeedback', { feedback }, options))?.options,
    handleHttpRequest: async (request, options) =>
      (await ask('handleHttpRequest', { request }, options))?.response ?? {},
    async startStopRecordActions(recording, options) {
      await ask('startStopRecordActions', { recording }, options);
    },
    variablesChanged: (variablesIds) => connection.notify('variablesChanged', { variablesIds }),
    sharedUdpSocketMessage: (message) => connection.notify('sharedUdpSocketMessage', message),
    sharedUdpSocketError: (error) => connection.notify('sharedUdpSocketError', error),
  };
}

interface Answer {
  readonly fields?: unknown;
  readonly options?: OptionValues;
  readonly response?: HttpResponse;
  readonly success?: boolean;
  readonly errorMessage?: string;
}

/** From 1.14 an action that throws is an answer like any other. */
function checkActionResult({ actionId }: ActionInstance, answer: Answer | undefined): void {
  if (answer?.success !== false) return;
  const remoteMessage = answer.errorMessage ?? 'it gave no reason';
  throw new GreenroomError('CALL_FAILED', `Action "${actionId}" failed on the other side: ${remoteMessage}`, {
    data: { call: 'executeAction', actionId, remoteMessage },
  });
}
