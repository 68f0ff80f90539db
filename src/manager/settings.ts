import { isDeepStrictEqual } from 'node:util';
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
  /** Each that it was: they keep what they know of it, for the case that it comes back, until it is removed. */
  readonly modules: Set<Module>;
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
    modules: new Set([module]),
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

/** Takes over another module. */
export function changeModule(settings: Settings, module: Module): void {
  settings.module = module;
  settings.modules.add(module);
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

/** The module was told these. Not news if either side has changed them since: what it knows then is what it saved, or not the newest. */
export function noteTold(settings: Settings, { config, secrets }: Told): void {
  if (settings.config === config && settings.secrets === secrets) settings.told = { config, secrets };
}

/**
 * Keeps what a module changed itself. False if it undoes what the app changed and the module may not know yet: that is newer, and stays. A module
 * that completes its new config while it takes it over leaves in place what is new.
 */
export function saveSettings(settings: Settings, saved: Partial<Told>): boolean {
  const { told } = settings;
  if (told === null) return false;
  const parts = ['config', 'secrets'] as const;
  const isKept = (part: keyof Told): boolean =>
    saved[part] === undefined || keepsChange(told[part], settings[part], saved[part]);
  if (!parts.every(isKept)) return false;
  const { config = settings.config, secrets = settings.secrets } = saved;
  settings.redaction.hide(secrets);
  Object.assign(settings, { config, secrets, told: { ...told, ...saved }, isFirstInit: false });
  return true;
}

/** Whether all that is new in what the app wants now is so in what is saved. */
function keepsChange(told: Json, wanted: Json, saved: Json): boolean {
  if (told === wanted) return true;
  if (![told, wanted, saved].every(isObject)) return isDeepStrictEqual(saved, wanted);
  const [before, now, then] = [fieldsOf(told), fieldsOf(wanted), fieldsOf(saved)];
  const isSame = (one: Fields, key: string): boolean => isDeepStrictEqual(one.get(key), now.get(key));
  const set = [...now.keys()].filter((key) => !isSame(before, key));
  // Who knows what was set knows as well what was left out, and may complete it.
  const decisive = set.length > 0 ? set : [...before.keys()];
  return decisive.every((key) => isSame(before, key) || isSame(then, key));
}

type Fields = ReadonlyMap<string, unknown>;

function fieldsOf(json: Json): Fields {
  return new Map(Object.entries(json as object));
}

function isObject(json: Json): boolean {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
