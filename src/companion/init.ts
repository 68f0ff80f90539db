import type { ModuleSettings } from '../process/protocol.ts';
import { fieldsOf } from './fields.ts';
import type { ActionInstance } from './payloads.ts';
import { since, versionOf } from './version.ts';

/** What a host decides about `init` beyond the connection's settings. */
export interface InitOptions {
  /**
   * True lets a module throw away config and secrets and use the defaults of its fields. Default: true when no process of the
   * connection was ever initialised and config and secrets are empty, so that nothing can be lost.
   */
  readonly isFirstInit?: boolean | undefined;
  /**
   * The index of the last upgrade script that ran on the config: the `newUpgradeIndex` of the last `companion.initialised`, kept
   * together with the config. A number counts for a connection's first process; the others go on where that was, since the manager
   * keeps the config too. A function is asked before each `init`. Default -1: all scripts run.
   */
  readonly lastUpgradeIndex?: number | (() => number) | undefined;
}

/** What a module answers to `init`; the app gets it as the notification `companion.initialised`. */
export interface CompanionInitialised {
  readonly hasHttpHandler: boolean;
  readonly hasRecordActionsHandler: boolean;
  /** Keep it together with the config, and give it back as `lastUpgradeIndex`. That of before when the app changed the config meanwhile: no script ran on that. */
  readonly newUpgradeIndex: number;
  /** The last upgrade script that the module has. */
  readonly latestUpgradeIndex: number;
  readonly updatedConfig: unknown;
  /** From 1.13; undefined where the host keeps configs: it has them already. */
  readonly updatedSecrets: unknown;
  /** From 1.14. */
  readonly disableNewConfigLayout: boolean;
  /** Major and minor version of the module API it speaks, such as `1.13`. */
  readonly apiVersion: string;
}

/** The payload of `init` for a module of this API level. */
export function initPayload(
  settings: ModuleSettings,
  level: number,
  options: InitOptions,
  lastUpgradeIndex: number,
): Record<string, unknown> {
  return {
    label: settings.label,
    isFirstInit: isFirst(options, settings),
    config: settings.config,
    ...(level >= since.secrets && { secrets: settings.secrets }),
    lastUpgradeIndex,
    actions: level < since.configUpgrades ? companyForTheConfig : {},
    feedbacks: {},
  };
}

/** Older bases upgrade a config only along with an action or a feedback; no module defines this one, so nothing else comes of it. */
const companyForTheConfig: Readonly<Record<string, ActionInstance>> = {
  'greenroom.none': {
    id: 'greenroom.none',
    controlId: 'greenroom.none',
    actionId: 'greenroom.none',
    options: {},
    upgradeIndex: null,
    disabled: false,
  },
};

/** The call that tells a module of this API level about a change of its settings. */
export function configureCall(settings: ModuleSettings, level: number): { name: string; payload: unknown } {
  const { label, config, secrets } = settings;
  if (level < since.labelUpdates) return { name: 'updateConfig', payload: config };
  const payload = level < since.secrets ? { label, config } : { label, config, secrets };
  return { name: 'updateConfigAndLabel', payload };
}

/** Reads the answer to `init`; what a version doesn't send gets its neutral value. */
export function readInitialised(answer: unknown, level: number): CompanionInitialised {
  const fields = fieldsOf(answer);
  const given = fields.get('newUpgradeIndex');
  const index = typeof given === 'number' ? given : -1;
  return {
    hasHttpHandler: fields.get('hasHttpHandler') === true,
    hasRecordActionsHandler: fields.get('hasRecordActionsHandler') === true,
    newUpgradeIndex: index,
    latestUpgradeIndex: index,
    updatedConfig: fields.get('updatedConfig'),
    updatedSecrets: fields.get('updatedSecrets'),
    disableNewConfigLayout: fields.get('disableNewConfigLayout') === true,
    apiVersion: versionOf(level),
  };
}

/** Whether a module may start from the defaults of its fields. */
export function isFirst({ isFirstInit }: InitOptions, settings: ModuleSettings): boolean {
  return isFirstInit ?? nothingToLose(settings);
}

/** The last upgrade script that ran on the config of a connection whose last process left it at `lastIndex`. */
export function upgradeIndex({ lastUpgradeIndex }: InitOptions, lastIndex: number | undefined): number {
  if (typeof lastUpgradeIndex === 'function') return lastUpgradeIndex();
  return lastIndex ?? lastUpgradeIndex ?? -1;
}

function nothingToLose(settings: ModuleSettings): boolean {
  return settings.isFirstInit && isEmpty(settings.config) && isEmpty(settings.secrets);
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0)
  );
}
