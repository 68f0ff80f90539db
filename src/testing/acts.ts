import type { Json } from '../ipc/channel.ts';
import type { IncarnationNews } from '../process/conversation.ts';

/** Something a fake process does. Plain data, so that generated lives can be printed and shrunk. */
export type Act = Deed & {
  /** Milliseconds after the act before it was done. Default 0. */
  readonly after?: number;
};

export type Deed =
  | { readonly does: 'registers'; readonly token?: 'own' | 'wrong'; readonly version?: number }
  | { readonly does: 'initialises' }
  | { readonly does: 'failsInit'; readonly message: string; readonly misconfigured?: boolean }
  | { readonly does: 'extends'; readonly by: number }
  | { readonly does: 'notifies'; readonly name: string; readonly payload?: Json }
  | { readonly does: 'calls'; readonly name: string; readonly payload?: Json }
  | { readonly does: 'says'; readonly line: string; readonly stream: 'stdout' | 'stderr' }
  | { readonly does: 'savesConfig'; readonly config: Json }
  | { readonly does: 'sends'; readonly frame: Json }
  | { readonly does: 'hangs' }
  | { readonly does: 'recovers' }
  | { readonly does: 'unregisters' }
  | { readonly does: 'closesChannel' }
  | { readonly does: 'exits'; readonly with: number | string; readonly suddenly?: boolean }
  | { readonly does: 'reports'; readonly news: IncarnationNews };

interface When {
  /** Milliseconds after the act before it was done. Default 0. */
  readonly after?: number;
}

/** It proves who it is; or, with the wrong token or an unknown version of the protocol, fails to. */
export function registers(options: When & { token?: 'own' | 'wrong'; version?: number } = {}): Act {
  return { does: 'registers', ...options };
}

/** It waits for `init` and answers that it is ready; `after` counts from when `init` came. */
export function initialises(when: When = {}): Act {
  return { does: 'initialises', ...when };
}

/** It waits for `init` and answers with an error. */
export function failsInit(message: string, options: When & { misconfigured?: boolean } = {}): Act {
  return { does: 'failsInit', message, ...options };
}

/** It asks for so many more milliseconds for its `init`. */
export function asksForTime(by: number, when: When = {}): Act {
  return { does: 'extends', by, ...when };
}

/** It tells the app something. The name `$log` is the one that may come before it has registered, `$status` is what `host.status` sends. */
export function notifies(name: string, payload?: Json, when: When = {}): Act {
  return { does: 'notifies', name, ...(payload === undefined ? {} : { payload }), ...when };
}

/** It calls a handler of the app; the process's `answers` keep what came back. */
export function calls(name: string, payload?: Json, when: When = {}): Act {
  return { does: 'calls', name, ...(payload === undefined ? {} : { payload }), ...when };
}

/** It writes a line of output. */
export function says(line: string, options: When & { stream?: 'stdout' | 'stderr' } = {}): Act {
  return { does: 'says', line, stream: 'stdout', ...options };
}

/** It changes its own config, as modules of protocols that allow this do. */
export function savesConfig(config: Json, when: When = {}): Act {
  return { does: 'savesConfig', config, ...when };
}

/** It sends a frame as it is, which needn't be one of the protocol. */
export function sends(frame: Json, when: When = {}): Act {
  return { does: 'sends', frame, ...when };
}

/** Its event loop stops: it answers nothing, heartbeats included, and does nothing but its next acts. */
export function hangs(when: When = {}): Act {
  return { does: 'hangs', ...when };
}

/** Its event loop turns again: it reads what has come meanwhile. */
export function recovers(when: When = {}): Act {
  return { does: 'recovers', ...when };
}

/** It announces that it is about to leave. */
export function unregisters(when: When = {}): Act {
  return { does: 'unregisters', ...when };
}

/** It closes its channel and lives on. */
export function closesChannel(when: When = {}): Act {
  return { does: 'closesChannel', ...when };
}

/** It ends with this exit code, or by this signal. What it sent arrives first, then its channel closes; `suddenly` leaves that out. */
export function exits(how: number | NodeJS.Signals, options: When & { suddenly?: boolean } = {}): Act {
  return { does: 'exits', with: how, ...options };
}

/** A piece of news of its process actor, as it is: for what no well-behaved protocol would report. */
export function reports(news: IncarnationNews, when: When = {}): Act {
  return { does: 'reports', news, ...when };
}
