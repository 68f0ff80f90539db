import { GreenroomError } from '../errors.ts';
import type { CallMeta } from '../ipc/call-meta.ts';
import type { Json } from '../ipc/channel.ts';
import type { ModuleHost } from './host.ts';

/** What a module is told of its connection. */
export interface ModuleSettings {
  /** As the app gave it, or as the last process left it; check it. */
  readonly config: Json;
  /** As config, but never shown. */
  readonly secrets: Json;
  /** What the user calls this connection. */
  readonly label: string;
}

/** What a module is initialised with. */
export interface InitSettings extends ModuleSettings {
  /** No process of this connection has ever been initialised with a config. */
  readonly isFirstInit: boolean;
}

/** What the handler of a call gets besides the payload. */
export interface CallContext {
  /** Aborted when the host gives the call up or is gone. */
  readonly signal: AbortSignal;
  readonly host: ModuleHost;
  /** What the host sent along beside the payload, such as the context of a trace; empty if nothing. */
  readonly meta: CallMeta;
}

/** What a module does. Every function may return a promise; what it throws is told to the host. */
export interface ModuleDefinition {
  /** Default: the name of the file that was run. */
  readonly name?: string;
  /** Shown to people. Default none. */
  readonly version?: string;
  /** Makes the module ready, within 30 s unless `host.extendDeadline` asks for more. Throw `misconfigured(…)` when only another config can help. */
  init(settings: InitSettings, host: ModuleHost): unknown;
  /** Takes over a changed config or label; throws to refuse it. Without it the module is restarted with the new one. */
  configure?(settings: ModuleSettings, host: ModuleHost): unknown;
  /** Called once: before an intended exit, or when the host is gone; then it has one second. */
  stop?(): unknown;
  /** What the host may call, by name. What they return must be JSON, in which there may be bytes (`Uint8Array`). */
  readonly calls?: Readonly<Record<string, (payload: unknown, context: CallContext) => unknown>>;
  /** What the host may notify of, by name. An error thrown here ends the process, as any unhandled one. */
  readonly notifications?: Readonly<Record<string, (payload: unknown, host: ModuleHost) => unknown>>;
}

/** @throws {GreenroomError} `OPTION_INVALID` when the definition lacks `init` or takes a reserved name. */
export function checkDefinition(definition: ModuleDefinition): void {
  if (typeof (definition as Partial<ModuleDefinition> | undefined)?.init !== 'function') {
    throw new GreenroomError(
      'OPTION_INVALID',
      'runModule needs an object with a function `init`; there is none. Add one, even if it is empty.',
    );
  }
  for (const group of ['calls', 'notifications'] as const) {
    for (const [name, handler] of Object.entries(definition[group] ?? {})) checkHandler(group, name, handler);
  }
}

function checkHandler(group: string, name: string, handler: unknown): void {
  if (name.startsWith('$')) {
    throw new GreenroomError(
      'OPTION_INVALID',
      `runModule: \`${group}\` contains ${name}, but names starting with $ belong to the protocol. Rename it.`,
    );
  }
  if (typeof handler !== 'function') {
    throw new GreenroomError(
      'OPTION_INVALID',
      `runModule: \`${group}.${name}\` must be a function; it is ${typeof handler}.`,
    );
  }
}
