import { fieldsOf } from '../companion/fields.ts';
import type { ActionInstance, FeedbackInstance, UpgradeRequest } from '../companion/payloads.ts';
import { fromWire, toWire } from '../companion/wire-values.ts';
import type { ModuleDefinition } from '../module/definition.ts';
import type { Instance } from './instance.ts';
import { upgradeItems } from './upgrades.ts';

type Call = (payload: ReadonlyMap<string, unknown>, instance: Instance) => unknown;

/** What the host may call of a module on API 2.x: the names, payloads and results of API 1.14. */
export function callsOf(instance: Instance): NonNullable<ModuleDefinition['calls']> {
  return Object.fromEntries(
    Object.entries(calls).map(([name, call]) => [
      name,
      async (payload: unknown) => toWire(await call(fieldsOf(fromWire(payload)), instance)),
    ]),
  );
}

/** What the host may tell a module on API 2.x. */
export function notificationsOf(instance: Instance): NonNullable<ModuleDefinition['notifications']> {
  return {
    sharedUdpSocketMessage: (payload) => receive(instance, fieldsOf(fromWire(payload))),
    sharedUdpSocketError: (payload) => fail(instance, fieldsOf(fromWire(payload))),
    // Only bases before 1.13 look at variables by themselves.
    variablesChanged: () => undefined,
  };
}

const calls: Readonly<Record<string, Call>> = {
  executeAction: (payload, { running }) =>
    running.surroundings.actions.execute(actionIn(payload), payload.get('surfaceId')),
  updateActions: (payload, { running }) =>
    running.surroundings.actions.update(payload.get('actions') as Record<string, ActionInstance | null>),
  updateFeedbacks: (payload, { running }) =>
    running.surroundings.feedbacks.update(
      payload.get('feedbacks') as Record<string, FeedbackInstance | null>,
    ),
  learnAction: async (payload, { running }) => ({
    options: await running.surroundings.actions.learn(actionIn(payload)),
  }),
  learnFeedback: async (payload, { running }) => ({
    options: await running.surroundings.feedbacks.learn(payload.get('feedback') as FeedbackInstance),
  }),
  getConfigFields: (_payload, { running }) => ({ fields: running.instance.getConfigFields() }),
  upgradeActionsAndFeedbacks: (payload, { running, config }) =>
    upgradeItems(running.upgradeScripts, config, {
      actions: [],
      feedbacks: [],
      defaultUpgradeIndex: null,
      ...(Object.fromEntries(payload) as Partial<UpgradeRequest>),
    }),
  handleHttpRequest: async (payload, { running: { instance } }) => {
    if (!instance.handleHttpRequest) throw new Error('This module handles no HTTP requests.');
    return { response: await instance.handleHttpRequest(payload.get('request')) };
  },
  startStopRecordActions: async (payload, { running: { instance } }) => {
    if (!instance.handleStartStopRecordActions) throw new Error('This module records no actions.');
    await instance.handleStartStopRecordActions(payload.get('recording') === true);
  },
};

function actionIn(payload: ReadonlyMap<string, unknown>): ActionInstance {
  return payload.get('action') as ActionInstance;
}

function receive({ running }: Instance, payload: ReadonlyMap<string, unknown>): void {
  const bytes = payload.get('message');
  if (!(bytes instanceof Uint8Array)) return;
  const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  socketIn(running, payload)?.receiveSocketMessage({ ...Object.fromEntries(payload), message });
}

function fail({ running }: Instance, payload: ReadonlyMap<string, unknown>): void {
  const error = payload.get('error');
  const { message } = Object.fromEntries(fieldsOf(error));
  socketIn(running, payload)?.receiveSocketError(
    error instanceof Error ? error : new Error(String(message ?? error)),
  );
}

function socketIn({ surroundings }: Instance['running'], payload: ReadonlyMap<string, unknown>) {
  return surroundings.sockets.get(String(payload.get('handleId')));
}
