import type { ModuleHost } from '../module/host.ts';
import { fromWire, toWire } from '../companion/wire-values.ts';
import { type Actions, createActions } from './actions.ts';
import { tellablePresets } from './definitions.ts';
import { Feedbacks } from './feedbacks.ts';
import type { Kept, SdkActionDefinitions, SdkFeedbackDefinitions, SdkSharedSocket } from './sdk.ts';
import type { Tell } from './telling.ts';
import { createVariables, type VariableDefinitions, type Variables } from './variables.ts';

/** What stands between a module and the host. */
export interface Surroundings {
  readonly tell: Tell;
  readonly actions: Actions;
  readonly feedbacks: Feedbacks;
  readonly variables: Variables;
  /** Those a module has bound, by their handle. */
  readonly sockets: ReadonlyMap<string, SdkSharedSocket>;
  /** What the constructor of a module's class wants; its label changes. */
  readonly context: { label: string };
}

export interface SurroundingsOptions {
  readonly id: string;
  readonly label: string;
  readonly host: Pick<ModuleHost, 'call'>;
  readonly tell: Tell;
  readonly upgradeScripts: readonly unknown[];
  /** Whether the module may set variables that it doesn't define. */
  readonly takesUndefinedVariables: () => boolean;
  /** The module saved this itself. */
  readonly onSaved: (config: Kept | undefined, secrets: Kept | undefined) => void;
}

/** Builds the context of one instance, as `@companion-module/base` 2 describes it. */
export function createSurroundings(options: SurroundingsOptions): Surroundings {
  const { tell } = options;
  const log = (message: string): void => tell('log-message', { level: 'error', message });
  const actions = createActions(tell, log);
  const feedbacks = new Feedbacks(tell, log);
  const variables = createVariables(tell, log, options.takesUndefinedVariables);
  const sockets = new Map<string, SdkSharedSocket>();
  const context = {
    _isInstanceContext: true,
    id: options.id,
    label: options.label,
    upgradeScripts: options.upgradeScripts,
    saveConfig: options.onSaved,
    ...words(tell),
    ...placing(actions, feedbacks),
    setVariableDefinitions: (definitions: VariableDefinitions) => variables.define(definitions),
    setVariableValues: (values: Kept) => variables.set(values),
    getVariableValue: (id: string) => variables.get(id),
    sharedUdpSocketHandlers: sockets,
    ...shared(options.host),
  };
  return { tell, actions, feedbacks, variables, sockets, context };
}

function words(tell: Tell) {
  return {
    updateStatus: (status: unknown, message: unknown) => tell('set-status', { status, message }),
    oscSend: (host: string, port: number, path: string, args: unknown) =>
      tell('send-osc', { host, port, path, args }),
    recordAction: (action: object, uniquenessId?: string) =>
      tell('recordAction', { ...action, uniquenessId: uniquenessId ?? null }),
    setPresetDefinitions: (structure: object[], presets: Readonly<Record<string, object>>) =>
      tell('setPresetDefinitions', tellablePresets(structure, presets)),
  };
}

function placing(actions: Actions, feedbacks: Feedbacks) {
  return {
    setActionDefinitions: (definitions: SdkActionDefinitions) => actions.define(definitions),
    subscribeActions: (ids: string[]) => actions.subscribe(ids),
    unsubscribeActions: (ids: string[]) => actions.unsubscribe(ids),
    setFeedbackDefinitions: (definitions: SdkFeedbackDefinitions) => feedbacks.define(definitions),
    unsubscribeFeedbacks: (ids: string[]) => feedbacks.unsubscribe(ids),
    checkFeedbacks: (ids: string[]) => feedbacks.check(ids),
    checkAllFeedbacks: () => feedbacks.check([]),
    checkFeedbacksById: (ids: string[]) => feedbacks.checkById(ids),
  };
}

function shared(host: Pick<ModuleHost, 'call'>) {
  const ask = async (name: string, message: object): Promise<unknown> =>
    fromWire(await host.call(name, toWire(message)));
  return {
    sharedUdpSocketJoin: (message: object) => ask('sharedUdpSocketJoin', message),
    sharedUdpSocketLeave: (message: object) => ask('sharedUdpSocketLeave', message),
    sharedUdpSocketSend: (message: object) => ask('sharedUdpSocketSend', message),
  };
}
