import { isDeepStrictEqual } from 'node:util';
import type { ActionInstance, OptionValues } from '../companion/payloads.ts';
import { defined, tellableActions } from './definitions.ts';
import { learn } from './learn.ts';
import type { SdkAction, SdkDefinitions } from './sdk.ts';
import type { Tell } from './telling.ts';

/** The actions a module defined, and those of the app that are on controls. */
export interface Actions {
  define(definitions: SdkDefinitions<SdkAction>): void;
  update(changes: Readonly<Record<string, ActionInstance | null>>): void;
  execute(action: ActionInstance, surfaceId: unknown): Promise<{ success: boolean; errorMessage?: string }>;
  learn(action: ActionInstance): Promise<unknown>;
  /** All of these definitions; none named means all. */
  subscribe(actionIds: readonly string[]): void;
  unsubscribe(actionIds: readonly string[]): void;
}

type Hook = 'subscribe' | 'unsubscribe';

/** What a hook throws is logged and changes nothing. */
export function createActions(tell: Tell, log: (message: string) => void): Actions {
  let definitions: ReadonlyMap<string, SdkAction> = new Map();
  const placed = new Map<string, ActionInstance>();
  const callHook = (hook: Hook, action: ActionInstance): void => {
    const definition = definitions.get(action.actionId);
    const work = async (): Promise<unknown> => definition?.[hook]?.(eventOf(action), contextOf(action, tell));
    work().catch((error: unknown) =>
      log(`${hook} of action ${action.actionId} (${action.id}) threw: ${String(error)}`),
    );
  };
  const forAll = (hook: Hook, ids: readonly string[]): void => {
    for (const action of placed.values())
      if (ids.length === 0 || ids.includes(action.actionId)) callHook(hook, action);
  };
  const update = (id: string, next: ActionInstance | null): void => {
    const before = placed.get(id);
    const after = next === null || next.disabled ? undefined : next;
    if (after === undefined) placed.delete(id);
    else placed.set(id, after);
    for (const [hook, action] of hooksBetween(before, after, definitions)) callHook(hook, action);
  };
  return {
    define(given) {
      definitions = defined(given);
      tell('setActionDefinitions', tellableActions(definitions));
    },
    update(changes) {
      for (const [id, action] of Object.entries(changes)) update(id, action);
    },
    execute: (action, surfaceId) => execute(definitions.get(action.actionId), action, surfaceId, tell),
    learn: (action) => learn(definitions.get(action.actionId), eventOf(action), contextOf(action, tell)),
    subscribe: (ids) => forAll('subscribe', ids),
    unsubscribe: (ids) => forAll('unsubscribe', ids),
  };
}

async function execute(
  definition: SdkAction | undefined,
  action: ActionInstance,
  surfaceId: unknown,
  tell: Tell,
): ReturnType<Actions['execute']> {
  if (!definition)
    return { success: false, errorMessage: `This module defines no action ${action.actionId}.` };
  try {
    await definition.callback({ ...eventOf(action), surfaceId }, contextOf(action, tell));
    return { success: true };
  } catch (error) {
    return { success: false, errorMessage: error instanceof Error ? error.message : String(error) };
  }
}

/** Which hooks an edit is worth: another definition always both, other options only if they are watched. */
function hooksBetween(
  before: ActionInstance | undefined,
  after: ActionInstance | undefined,
  definitions: ReadonlyMap<string, SdkAction>,
): readonly (readonly [Hook, ActionInstance])[] {
  const definition = after && definitions.get(after.actionId);
  if (!isEdit(before, after)) return [...calls('unsubscribe', before), ...calls('subscribe', after)];
  if (!isWatchedChange(before, after, definition)) return [];
  const left = definition?.skipUnsubscribeOnOptionsChange ? undefined : before;
  return [...calls('unsubscribe', left), ...calls('subscribe', after)];
}

function isEdit(before: ActionInstance | undefined, after: ActionInstance | undefined): boolean {
  return before !== undefined && before.actionId === after?.actionId;
}

function calls(hook: Hook, action: ActionInstance | undefined): (readonly [Hook, ActionInstance])[] {
  return action ? [[hook, action]] : [];
}

function isWatchedChange(
  before: ActionInstance | undefined,
  after: ActionInstance | undefined,
  definition: SdkAction | undefined,
): boolean {
  const watched = definition?.optionsToMonitorForSubscribe;
  return !isDeepStrictEqual(pick(before?.options, watched), pick(after?.options, watched));
}

function pick(
  options: OptionValues | undefined,
  keys: readonly string[] | undefined,
): OptionValues | undefined {
  return keys ? Object.fromEntries(keys.map((key) => [key, options?.[key]])) : options;
}

function eventOf({ id, controlId, actionId, options }: ActionInstance): object {
  return { id, controlId, actionId, options };
}

function contextOf({ controlId }: ActionInstance, tell: Tell): object {
  return {
    type: 'action',
    setCustomVariableValue: (customVariableId: string, value: unknown) =>
      tell('setCustomVariable', { customVariableId, value, controlId }),
  };
}
