import type { Channel, Json } from '../ipc/channel.ts';
import type { Used } from '../machines/status.ts';
import type { Launch, Module, ModuleSettings, Session } from '../process/protocol.ts';
import { asJson } from './as-json.ts';
import type { ConnectionChange, ConnectionOptions, Handlers } from './connection-options.ts';
import { Redaction } from './redaction.ts';
import { Urgency } from './urgency.ts';

/** What a connection has that no statechart should carry: handles, secrets and functions. */
export interface Settings {
  module: Module;
  config: Json;
  secrets: Json;
  /** What the module knows of them; null before it was told anything. */
  told: Told | null;
  isFirstInit: boolean;
  readonly urgency: Urgency;
  /** How the next process is started; null until it was prepared. */
  launch: Launch | null;
  /** The incarnation that takes calls now. */
  session: Session | null;
  /** What its process used when somebody last looked; null if nobody has. */
  used: Used | null;
  /** Of the current or last incarnation; null before the first. */
  channel: Pick<Channel, 'traffic' | 'drained' | 'isOpen'> | null;
  readonly handlers: Handlers;
  readonly env: Readonly<Record<string, string>>;
  /** What must not be seen: secrets, and the tokens of its processes. */
  readonly redaction: Redaction;
}

type Told = Pick<ModuleSettings, 'config' | 'secrets'>;

/** @throws {GreenroomError} `OPTION_INVALID`. */
export function settingsFrom(options: ConnectionOptions, module: Module): Settings {
  const secrets = asJson(options.id, 'secrets', options.secrets ?? {});
  const redaction = new Redaction();
  redaction.hide(secrets);
  return {
    module,
    config: asJson(options.id, 'config', options.config ?? {}),
    secrets,
    told: null,
    isFirstInit: options.isFirstInit ?? options.config === undefined,
    urgency: new Urgency(),
    launch: null,
    session: null,
    used: null,
    channel: null,
    handlers: options.handlers ?? {},
    env: options.env ?? {},
    redaction,
  };
}

/**
 * Takes over a config or secrets of the app; says whether there were any.
 * @throws {GreenroomError} `OPTION_INVALID`; then nothing was changed.
 */
export function changeSettings(id: string, settings: Settings, change: ConnectionChange): boolean {
  const { config, secrets } = change;
  if (config === undefined && secrets === undefined) return false;
  const changed = {
    config: config === undefined ? settings.config : asJson(id, 'config', config),
    secrets: secrets === undefined ? settings.secrets : asJson(id, 'secrets', secrets),
  };
  settings.redaction.hide(changed.secrets);
  Object.assign(settings, changed, { isFirstInit: false });
  return true;
}

/** Keeps what a module changed itself. False if the app changed it too and the module doesn't know yet: that is newer, and stays. */
export function saveSettings(settings: Settings, saved: Partial<Told>): boolean {
  const { told } = settings;
  if (told === null || told.config !== settings.config || told.secrets !== settings.secrets) return false;
  const { config = settings.config, secrets = settings.secrets } = saved;
  settings.redaction.hide(secrets);
  Object.assign(settings, { config, secrets, told: { config, secrets }, isFirstInit: false });
  return true;
}
