import type { CompanionInitialised } from '../companion/init.ts';
import type { ModuleHost } from '../module/host.ts';
import { createSurroundings, type Surroundings } from './context.ts';
import { firstSettings } from './first-config.ts';
import { loadModule } from './load.ts';
import { keepLogs, takeLogs } from './logs.ts';
import { createQueue } from './queue.ts';
import type { Kept, SdkInstance, UpgradeScript } from './sdk.ts';
import { createTelling, type Tell } from './telling.ts';
import { type Settings, upgradeSettings } from './upgrades.ts';

/** What the host initialises a module on API 2.x with. */
export interface Beginning extends Settings {
  readonly id: string;
  readonly label: string;
  readonly isFirstInit: boolean;
  readonly lastUpgradeIndex: number;
}

/** The answer to `init`; the host knows the version of the API itself. */
type Initialised = Omit<CompanionInitialised, 'apiVersion' | 'latestUpgradeIndex'>;

/** A module that was constructed. */
export interface Running {
  readonly instance: SdkInstance;
  readonly surroundings: Surroundings;
  readonly upgradeScripts: readonly UpgradeScript[];
}

/** The one instance of this process: imported, initialised, configured and destroyed, one after the other. */
export class Instance {
  readonly #entrypoint: string;
  readonly #queue = createQueue();
  #running: Running | null = null;
  #settings: Settings = { config: {}, secrets: {} };

  constructor(entrypoint: string) {
    this.#entrypoint = entrypoint;
  }

  /** @throws {Error} before there is an instance. */
  get running(): Running {
    if (this.#running === null) throw new Error('This module is not initialised yet.');
    return this.#running;
  }

  /** As the module has it now. */
  get config(): Kept {
    return this.#settings.config;
  }

  /** Imports the module now; what it throws, and what it logs meanwhile, comes with `begin`. */
  importEarly(): void {
    keepLogs();
    loadModule(this.#entrypoint).catch(() => {});
  }

  /** Rejects with what the import, an upgrade script or the module's own `init` threw. */
  begin(beginning: Beginning, host: ModuleHost): Promise<Initialised> {
    return this.#queue(async () => {
      const tell = createTelling(host);
      takeLogs(tell);
      const running = await this.#construct(beginning, host, tell);
      if (beginning.isFirstInit) {
        this.#settings = firstSettings(running.instance.getConfigFields());
        tell('saveConfig', this.#settings);
      } else {
        this.#settings = upgradeSettings(running.upgradeScripts, beginning.lastUpgradeIndex, beginning);
      }
      const { config, secrets } = this.#settings;
      await running.instance.init(structuredClone(config), beginning.isFirstInit, structuredClone(secrets));
      return initialisedOf(running, this.#settings);
    });
  }

  /** Rejects with what the module threw, which refuses the settings. */
  configure(label: string, settings: Settings): Promise<void> {
    return this.#queue(async () => {
      const { instance, surroundings } = this.running;
      surroundings.context.label = label;
      await instance.configUpdated(structuredClone(settings.config), structuredClone(settings.secrets));
      this.#settings = settings;
    });
  }

  /** Resolves at once while there is nothing to destroy. What the module throws is logged: it ends anyway. */
  async end(): Promise<void> {
    if (this.#running === null) return;
    const { instance, surroundings } = this.#running;
    await this.#queue(() => instance.destroy()).catch((error: unknown) =>
      surroundings.tell('log-message', { level: 'error', message: `destroy threw: ${String(error)}` }),
    );
  }

  async #construct(beginning: Beginning, host: ModuleHost, tell: Tell): Promise<Running> {
    const { create, upgradeScripts } = await loadModule(this.#entrypoint);
    const surroundings = createSurroundings({
      id: beginning.id,
      label: beginning.label,
      host,
      tell,
      upgradeScripts,
      takesUndefinedVariables: () =>
        this.#running?.instance.instanceOptions?.disableVariableValidation === true,
      onSaved: (config, secrets) => this.#save(tell, config, secrets),
    });
    const instance = new create(surroundings.context);
    this.#running = { instance, surroundings, upgradeScripts };
    return this.#running;
  }

  #save(tell: Tell, config: Kept | undefined, secrets: Kept | undefined): void {
    const saved = { ...(config && { config }), ...(secrets && { secrets }) };
    this.#settings = { ...this.#settings, ...structuredClone(saved) };
    tell('saveConfig', saved);
  }
}

function initialisedOf({ instance, upgradeScripts }: Running, settings: Settings): Initialised {
  return {
    hasHttpHandler: typeof instance.handleHttpRequest === 'function',
    hasRecordActionsHandler: typeof instance.handleStartStopRecordActions === 'function',
    newUpgradeIndex: upgradeScripts.length - 1,
    updatedConfig: settings.config,
    updatedSecrets: settings.secrets,
    disableNewConfigLayout: instance.instanceOptions?.disableNewConfigLayout === true,
  };
}
