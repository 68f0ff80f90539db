import type { ActionInstance, FeedbackInstance, UpgradeRequest } from '../companion/payloads.ts';
import { misconfigured } from '../module/misconfigured.ts';
import { rawOptions, rawValue, tidyOptions, tidyValue } from '../companion/raw-options.ts';
import type { Kept, UpgradeScript } from './sdk.ts';

/** What a connection keeps for its module. */
export interface Settings {
  readonly config: Kept;
  readonly secrets: Kept;
}

/**
 * Runs the scripts after `lastIndex` on config and secrets.
 * @throws an error that says *misconfigured* when a script throws: it would throw again on the same config, and nothing was changed.
 */
export function upgradeSettings(
  scripts: readonly UpgradeScript[],
  lastIndex: number,
  settings: Settings,
): Settings {
  let { config, secrets } = structuredClone(settings);
  for (let index = lastIndex + 1; index < scripts.length; index++) {
    const items = { config, secrets, actions: [], feedbacks: [] };
    const updated = run(scripts, index, config, items);
    config = updated.updatedConfig ?? config;
    secrets = updated.updatedSecrets ?? secrets;
  }
  return { config, secrets };
}

/** Brings actions and feedbacks to the newest index; those that are there already, or belong to no index, aren't answered. */
export function upgradeItems(scripts: readonly UpgradeScript[], config: Kept, request: UpgradeRequest) {
  const latest = scripts.length - 1;
  const actions = waiting<ActionInstance>(request.actions, request.defaultUpgradeIndex);
  const feedbacks = waiting<FeedbackInstance>(request.feedbacks, request.defaultUpgradeIndex);
  const first = Math.min(latest, ...[...actions, ...feedbacks].map(({ from }) => from)) + 1;
  for (let index = Math.max(first, 0); index <= latest; index++) {
    const updated = run(scripts, index, config, {
      config: null,
      secrets: null,
      actions: itemsBefore(actions, index),
      feedbacks: itemsBefore(feedbacks, index),
    });
    apply(actions, updated.updatedActions);
    apply(feedbacks, updated.updatedFeedbacks);
  }
  return {
    updatedActions: actions.map(({ item }) => finished(item, latest)),
    updatedFeedbacks: feedbacks.map(({ item }) => finished(item, latest)),
    latestUpgradeIndex: latest,
  };
}

interface Waiting<I> {
  item: I;
  readonly from: number;
}

type Item = ActionInstance | FeedbackInstance;

function waiting<I extends Item>(items: readonly I[], defaultIndex: number | null): Waiting<I>[] {
  return items.flatMap((item) => {
    const from = item.upgradeIndex ?? defaultIndex;
    const raw = { ...item, options: rawOptions(item.options), ...inverted(item, rawValue) };
    return from === null ? [] : [{ item: raw, from }];
  });
}

/** Copies, so that what a script changes counts only if it says so. */
function itemsBefore(items: readonly Waiting<Item>[], index: number): object[] {
  return items.filter(({ from }) => from < index).map(({ item }) => structuredClone(item));
}

function apply<I extends Item>(items: readonly Waiting<I>[], updated: readonly object[] = []): void {
  const byId = new Map(items.map((waits) => [waits.item.id, waits]));
  for (const change of updated as readonly I[]) {
    const waits = byId.get(change.id);
    if (waits) waits.item = { ...waits.item, ...change };
  }
}

function finished<I extends Item>(item: I, latest: number): I {
  return { ...item, options: tidyOptions(item.options), ...inverted(item, tidyValue), upgradeIndex: latest };
}

/** Whether a feedback is inverted may be an expression, too. */
function inverted(item: Item, change: (value: unknown) => unknown): { isInverted?: boolean } {
  const isInverted = 'isInverted' in item ? item.isInverted : undefined;
  return isInverted === undefined ? {} : { isInverted: change(isInverted) as boolean };
}

function run(
  scripts: readonly UpgradeScript[],
  index: number,
  config: Kept,
  items: Parameters<UpgradeScript>[1],
): ReturnType<UpgradeScript> {
  try {
    return scripts[index]?.({ currentConfig: structuredClone(config) }, items) ?? {};
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw misconfigured(
      `Upgrade script ${index} (of 0 to ${scripts.length - 1}) of this module threw: ${said}. Nothing was changed; correct the config, or use another version of the module.`,
    );
  }
}
