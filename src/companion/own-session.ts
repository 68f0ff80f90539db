import type { GreenroomError } from '../errors.ts';
import type { Json, SendOptions } from '../ipc/channel.ts';
import { createSession } from '../native/session.ts';
import type {
  AppPort,
  CallOptions,
  InboundMessage,
  ModuleSettings,
  Protocol,
  Session,
  SessionPort,
} from '../process/protocol.ts';
import { fieldsOf } from './fields.ts';
import { type InitOptions, isFirst } from './init.ts';
import { KeptConfig, type UpgradeIndexes } from './kept-config.ts';
import { refuseReserved } from './names.ts';
import { fromWire, toWire } from './wire-values.ts';
import { messageOf } from './words.ts';

/** What a host decides about `init`, and the API level of the module's base. */
export interface OwnOptions extends InitOptions {
  readonly level: number;
}

/** Module API 2.x, over our own protocol: `src/companion-entry` is the other side. */
export function ownProtocol(options: OwnOptions, indexes: UpgradeIndexes): Protocol {
  return { name: 'companion 2', open: (port) => new OwnSession(port, options, indexes) };
}

/** One process's conversation, in which the app finds the names and payloads of API 1.x. */
class OwnSession implements Session {
  readonly #port: SessionPort;
  readonly #options: OwnOptions;
  readonly #kept: KeptConfig;
  readonly #inner: Session;

  constructor(port: SessionPort, options: OwnOptions, indexes: UpgradeIndexes) {
    this.#port = port;
    this.#options = options;
    this.#kept = new KeptConfig(port, options, indexes);
    this.#inner = createSession({ ...port, app: appBehind(port, this.#kept, options.level) });
  }

  onFrame(frame: unknown, attachments?: readonly Uint8Array[]): void {
    this.#inner.onFrame(frame, attachments);
  }

  onUnsent(frame: Json, error: GreenroomError): void {
    this.#inner.onUnsent?.(frame, error);
  }

  acceptRegistration(): void {
    this.#inner.acceptRegistration();
  }

  acceptWaiting(onWaits: (isAccepted: boolean, answer?: unknown) => void): void {
    this.#inner.acceptWaiting?.(onWaits);
  }

  refuseRegistration(reason: string): void {
    this.#inner.refuseRegistration(reason);
  }

  initialise(settings: ModuleSettings): void {
    const lastUpgradeIndex = this.#kept.begin(settings);
    this.#inner.initialise({
      ...wireSettings(settings),
      config: { id: this.#port.connectionId, config: toWire(settings.config), lastUpgradeIndex },
      isFirstInit: isFirst(this.#options, settings),
    });
  }

  async configure(settings: ModuleSettings): Promise<'taken' | 'restart'> {
    if (this.#kept.missesUpgrades) return 'restart';
    return this.#inner.configure(wireSettings(settings));
  }

  ping(): Promise<void> {
    return this.#inner.ping();
  }

  askToStop(): void {
    this.#inner.askToStop();
  }

  deliver(message: InboundMessage): void {
    this.#inner.deliver(message);
  }

  async call(name: string, payload: unknown, options: CallOptions): Promise<unknown> {
    refuseReserved(name);
    return fromWire(await this.#inner.call(name, toWire(payload), options));
  }

  notify(name: string, payload: unknown, options?: SendOptions): void {
    refuseReserved(name);
    this.#inner.notify(name, toWire(payload), options);
  }

  close(error: GreenroomError): void {
    this.#inner.close(error);
  }
}

function wireSettings(settings: ModuleSettings): ModuleSettings {
  return { ...settings, config: toWire(settings.config), secrets: toWire(settings.secrets) };
}

/** The app as our own protocol sees it. */
function appBehind(port: SessionPort, kept: KeptConfig, level: number): AppPort {
  const { app } = port;
  const tell = (name: string, value: unknown): void => {
    if (name === 'saveConfig' && kept.save(value)) return;
    if (name === 'companion.initialised') return app.notify(name, kept.end(value, level));
    if (name === '$log') return app.notify('log-message', logged(value));
    app.notify(name, value);
  };
  return {
    call: async (name, payload, options) => toWire(await app.call(name, fromWire(payload), options)),
    notify(name, payload) {
      try {
        tell(name, fromWire(payload));
      } catch (error) {
        const detail = `"${name}" of the module was not understood: ${messageOf(error)}`;
        port.report({ type: 'message.refused', detail, fatal: false });
      }
    },
  };
}

/** What our own module side has to say, in the words of Companion. */
function logged(line: unknown): object {
  const { level, message } = Object.fromEntries(fieldsOf(line));
  return { level: level === 'warning' ? 'warn' : level, message };
}
