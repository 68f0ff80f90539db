import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../ipc/channel.ts';
import type { ModuleSettings, SessionPort } from '../process/protocol.ts';
import { fieldsOf } from './fields.ts';
import { type CompanionInitialised, type InitOptions, readInitialised, upgradeIndex } from './init.ts';

/** The newest upgrade index of each connection whose config is kept, by its id. */
export type UpgradeIndexes = Map<string, number>;

/**
 * Keeps what one process changes of its own config, for apps that keep configs at all. Config and upgrade index belong together: where one isn't kept, the other isn't either,
 * and the scripts run again.
 */
export class KeptConfig {
  readonly #port: SessionPort;
  readonly #options: InitOptions;
  readonly #indexes: UpgradeIndexes;
  /** What a module saves by itself during init is newer than what the answer says. */
  readonly #saved = new Set<string>();
  #sent: ModuleSettings | null = null;
  #before = -1;
  #isRefused = false;
  #missesUpgrades = false;

  constructor(port: SessionPort, options: InitOptions, indexes: UpgradeIndexes) {
    this.#port = port;
    this.#options = options;
    this.#indexes = indexes;
  }

  /** The app changed the config while the module upgraded the one before: only with another `init` the scripts run on it. */
  get missesUpgrades(): boolean {
    return this.#missesUpgrades;
  }

  /** An `init` with these settings is sent; returns the index of the last upgrade script that ran on them. */
  begin(settings: ModuleSettings): number {
    this.#sent = settings;
    this.#saved.clear();
    this.#before = upgradeIndex(this.#options, this.#indexes.get(this.#port.connectionId));
    return this.#before;
  }

  /** A `saveConfig` came; false when the app doesn't keep configs and is to be told. */
  save(payload: unknown): boolean {
    if (this.#port.app.saveConfig === undefined) return false;
    const parts = savedOf(payload);
    for (const part of Object.keys(parts)) this.#saved.add(part);
    this.#keep(parts);
    return true;
  }

  /** `init` was answered by a module of this API level; what the app is to be told of it. */
  end(answer: unknown, level: number): CompanionInitialised {
    const initialised = readInitialised(answer, level);
    if (this.#port.app.saveConfig === undefined) return initialised;
    this.#keepChanged(initialised);
    this.#missesUpgrades = this.#isRefused && this.#before < initialised.newUpgradeIndex;
    const newUpgradeIndex = this.#missesUpgrades ? this.#before : initialised.newUpgradeIndex;
    // An older version of the module has fewer scripts, and the config is still as the newer one left it.
    const known = this.#indexes.get(this.#port.connectionId) ?? newUpgradeIndex;
    this.#indexes.set(this.#port.connectionId, Math.max(known, newUpgradeIndex));
    return { ...initialised, newUpgradeIndex, updatedSecrets: undefined };
  }

  #keepChanged({ updatedConfig, updatedSecrets }: CompanionInitialised): void {
    const changed = {
      ...(this.#isNews('config', updatedConfig) && { config: updatedConfig as Json }),
      ...(this.#isNews('secrets', updatedSecrets) && { secrets: updatedSecrets as Json }),
    };
    if (Object.keys(changed).length > 0) this.#keep(changed);
  }

  #keep(parts: Parts): void {
    if (this.#port.app.saveConfig?.(parts) === false) this.#isRefused = true;
  }

  #isNews(part: 'config' | 'secrets', updated: unknown): boolean {
    return !this.#saved.has(part) && isChanged(this.#sent?.[part], updated);
  }
}

interface Parts {
  readonly config?: Json;
  readonly secrets?: Json;
}

function isChanged(before: unknown, after: unknown): boolean {
  return after !== undefined && after !== null && !isDeepStrictEqual(before, after);
}

function savedOf(payload: unknown): Parts {
  const fields = fieldsOf(payload);
  const [config, secrets] = [fields.get('config'), fields.get('secrets')];
  return {
    ...(config !== undefined && { config: config as Json }),
    ...(secrets !== undefined && { secrets: secrets as Json }),
  };
}
