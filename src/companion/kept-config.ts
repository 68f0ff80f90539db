import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../ipc/channel.ts';
import type { ModuleSettings, SessionPort } from '../process/protocol.ts';
import { fieldsOf } from './fields.ts';
import { type CompanionInitialised, readInitialised } from './init.ts';

/** The newest upgrade index of each connection whose config is kept, by its id. */
export type UpgradeIndexes = Map<string, number>;

/** Keeps what one process changes of its own config, for apps that keep configs at all. */
export interface KeptConfig {
  /** An `init` with these settings is sent. */
  begin(settings: ModuleSettings): void;
  /** A `saveConfig` came; false when the app doesn't keep configs and is to be told. */
  save(payload: unknown): boolean;
  /** `init` was answered by a module of this API level; what the app is to be told of it. */
  end(answer: unknown, level: number): CompanionInitialised;
}

/** Config and upgrade index belong together: where one isn't kept, the other isn't either, and the scripts run again. */
export function createKeptConfig({ app, connectionId }: SessionPort, indexes: UpgradeIndexes): KeptConfig {
  let sent: ModuleSettings | null = null;
  /** What a module saves by itself during init is newer than what the answer says. */
  const saved = new Set<string>();
  const isNews = (part: 'config' | 'secrets', updated: unknown): boolean =>
    !saved.has(part) && isChanged(sent?.[part], updated);
  const saveIfChanged = ({ updatedConfig, updatedSecrets }: CompanionInitialised): void => {
    const changed = {
      ...(isNews('config', updatedConfig) && { config: updatedConfig as Json }),
      ...(isNews('secrets', updatedSecrets) && { secrets: updatedSecrets as Json }),
    };
    if (Object.keys(changed).length > 0) app.saveConfig?.(changed);
  };
  return {
    begin(settings) {
      sent = settings;
      saved.clear();
    },
    save(payload) {
      if (app.saveConfig === undefined) return false;
      const parts = savedOf(payload);
      for (const part of Object.keys(parts)) saved.add(part);
      app.saveConfig(parts);
      return true;
    },
    end(answer, level) {
      const initialised = readInitialised(answer, level);
      if (app.saveConfig === undefined) return initialised;
      saveIfChanged(initialised);
      // An older version of the module has fewer scripts, and the config is still as the newer one left it.
      const before = indexes.get(connectionId) ?? initialised.newUpgradeIndex;
      indexes.set(connectionId, Math.max(before, initialised.newUpgradeIndex));
      return { ...initialised, updatedSecrets: undefined };
    },
  };
}

function isChanged(before: unknown, after: unknown): boolean {
  return after !== undefined && after !== null && !isDeepStrictEqual(before, after);
}

function savedOf(payload: unknown): { config?: Json; secrets?: Json } {
  const fields = fieldsOf(payload);
  const [config, secrets] = [fields.get('config'), fields.get('secrets')];
  return {
    ...(config !== undefined && { config: config as Json }),
    ...(secrets !== undefined && { secrets: secrets as Json }),
  };
}
