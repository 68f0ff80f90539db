import { GreenroomError } from '../errors.ts';
import type { CallContext, InitSettings, ModuleDefinition, ModuleSettings } from './definition.ts';
import type { CallMeta } from '../ipc/call-meta.ts';
import type { ModuleHost } from './host.ts';
import type { Life } from './life.ts';

interface AnsweredCall {
  readonly signal: AbortSignal;
  readonly meta: CallMeta;
}

/** What answers a host. */
export interface ServedModule {
  readonly definition: ModuleDefinition;
  readonly host: ModuleHost;
  readonly life: Life;
}

/** Answers a call of the app, with a promise if its handler returns one; what that throws is the answer too. */
export function answerCall(
  name: string,
  payload: unknown,
  call: AnsweredCall,
  { definition, host }: ServedModule,
): unknown {
  return handler(definition, name)(payload, new AnsweredContext(host, call));
}

/** Answers one of the protocol's own calls: `$init`, `$configure`, `$ping`, `$stop`. */
export async function answerOwnCall(name: string, payload: unknown, module: ServedModule): Promise<void> {
  const { definition, host, life } = module;
  switch (name) {
    case '$ping':
      return;
    case '$init':
      await definition.init(payload as InitSettings, host);
      return;
    case '$configure':
      if (!definition.configure)
        throw missing(name, 'it takes over a changed config only when it is restarted');
      await definition.configure(payload as ModuleSettings, host);
      return;
    case '$stop':
      return stop(host, life);
    default:
      throw missing(name, `its calls are ${listed(definition.calls ?? {})}`);
  }
}

/** Hands one notification of the host to the module; what its handler throws ends the process. */
export async function takeNotification(
  notification: { readonly name: string; readonly payload: unknown },
  module: ServedModule,
): Promise<void> {
  const handlers = module.definition.notifications ?? {};
  const { name, payload } = notification;
  if (!Object.hasOwn(handlers, name)) {
    module.host.log(
      'warning',
      `The host's notification ${name} is dropped: this module handles ${listed(handlers)}.`,
    );
    return;
  }
  try {
    await handlers[name]?.(payload, module.host);
  } catch (error) {
    module.life.crash(error);
  }
}

async function stop(host: ModuleHost, life: Life): Promise<void> {
  let code = 0;
  try {
    await life.stop();
  } catch (error) {
    code = 1;
    throw error;
  } finally {
    // The answer is written when this promise settles; the process must not leave before that.
    setImmediate(() => {
      void host.unregister();
      life.leave(code);
    });
  }
}

// A class, because an object with getters of its own costs as much as the rest of the call.
class AnsweredContext implements CallContext {
  readonly host: ModuleHost;
  readonly #call: AnsweredCall;

  constructor(host: ModuleHost, call: AnsweredCall) {
    this.host = host;
    this.#call = call;
  }

  get meta(): CallMeta {
    return this.#call.meta;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }
}

function handler(definition: ModuleDefinition, name: string): NonNullable<ModuleDefinition['calls']>[string] {
  const calls = definition.calls ?? {};
  // Own properties only: `constructor` and `__proto__` are no calls.
  const found = Object.hasOwn(calls, name) ? calls[name] : undefined;
  if (!found) throw missing(name, `its calls are ${listed(calls)}`);
  return found;
}

function missing(name: string, what: string): GreenroomError {
  return new GreenroomError('HANDLER_MISSING', `This module doesn't answer ${name.slice(0, 100)}: ${what}.`, {
    data: { name },
  });
}

function listed(handlers: object): string {
  return Object.keys(handlers).join(', ') || 'none';
}
