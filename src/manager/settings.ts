import type { Json } from '../ipc/channel.ts';
import type { Launch, Module, Session } from '../process/protocol.ts';
import type { ConnectionChange, ConnectionOptions, Handlers } from './connection-options.ts';

/** What a connection has that no statechart should carry: handles, secrets and functions. */
export interface Settings {
  module: Module;
  config: Json;
  secrets: Json;
  isFirstInit: boolean;
  /** How the next process is started; null until it was prepared. */
  launch: Launch | null;
  /** The incarnation that takes calls now. */
  session: Session | null;
  readonly handlers: Handlers;
  readonly env: Readonly<Record<string, string>>;
}

export function settingsFrom(options: ConnectionOptions, module: Module): Settings {
  return {
    module,
    config: options.config ?? {},
    secrets: options.secrets ?? {},
    isFirstInit: options.isFirstInit ?? options.config === undefined,
    launch: null,
    session: null,
    handlers: options.handlers ?? {},
    env: options.env ?? {},
  };
}

/** Takes over a new config or secrets; says whether there were any. */
export function changeSettings(
  settings: Settings,
  { config, secrets }: Pick<ConnectionChange, 'config' | 'secrets'>,
): boolean {
  if (config === undefined && secrets === undefined) return false;
  if (config !== undefined) settings.config = config;
  if (secrets !== undefined) settings.secrets = secrets;
  settings.isFirstInit = false;
  return true;
}
