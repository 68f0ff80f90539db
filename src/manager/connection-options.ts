import { GreenroomError } from '../errors.ts';
import type { CallMeta, Module } from '../process/protocol.ts';
import type { KeepingModule } from './keeping-module.ts';
import type { PolicyOptions } from './policy-options.ts';

/** Answers calls of the module; what it returns, or its promise resolves with, must be what the wire can carry. What it throws goes back as an error. */
export type Handler = (
  payload: unknown,
  /** The id of the connection, a signal that fires when the module gives up or is lost, and what the module sent along beside the payload. */
  context: { readonly connection: string; readonly signal: AbortSignal; readonly meta: CallMeta },
) => unknown;

/** Handlers by the name of the call. */
export type Handlers = Readonly<Record<string, Handler>>;

/** What a connection is made from. */
export interface ConnectionOptions {
  /** Unique within the manager, and permanent. */
  readonly id: string;
  /** What to run; a string is the path of a JavaScript file that calls `runModule`. */
  readonly module: Module | KeepingModule | string;
  /** For people, and what the module is told it is called. Default: the id. */
  readonly label?: string | undefined;
  /** What the module gets with `init`. Default `{}`. */
  readonly config?: unknown;
  /** As `config`, but never part of a status, an event or a message for people. Default `{}`. */
  readonly secrets?: unknown;
  /** Whether it shall run. Default true. */
  readonly enabled?: boolean | undefined;
  /** What differs from the manager's policy. */
  readonly policy?: PolicyOptions | undefined;
  /** Answers calls of this module; each wins over the manager's of the same name. */
  readonly handlers?: Handlers | undefined;
  /** Variables added to the environment allowed through, for every process. Default none. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The module was never initialised before and may choose its own config; false for good once it was ready or its config was changed. Default: true if no config is given. */
  readonly isFirstInit?: boolean | undefined;
}

/** What may be changed of a connection in every state. */
export type ConnectionChange = Pick<
  Partial<ConnectionOptions>,
  'config' | 'secrets' | 'label' | 'module' | 'policy'
>;

/** @throws {GreenroomError} `OPTION_INVALID`. */
export function checkConnectionOptions(options: ConnectionOptions): void {
  const { id, label, module } = options;
  if (typeof id !== 'string' || id === '')
    throw invalid('a connection', 'id', 'a text that is not empty', id);
  const owner = `connection "${id}"`;
  checkLabel(owner, label);
  checkModule(owner, module);
}

/** @throws {GreenroomError} `OPTION_INVALID`. */
export function checkChange(id: string, change: ConnectionChange): void {
  const owner = `connection "${id}"`;
  checkLabel(owner, change.label);
  if (change.module !== undefined) checkModule(owner, change.module);
}

function checkLabel(owner: string, label: unknown): void {
  if (label !== undefined && typeof label !== 'string') throw invalid(owner, 'label', 'a text', label);
}

function checkModule(owner: string, module: unknown): void {
  if (typeof module === 'string' && module !== '') return;
  if (typeof module === 'object' && module !== null && 'prepare' in module) return;
  throw invalid(
    owner,
    'module',
    'the path of a JavaScript file, or nodeModule(…), commandModule(…) or companionModule(…)',
    module,
  );
}

function invalid(owner: string, option: string, expected: string, came: unknown): GreenroomError {
  const shown = typeof came === 'string' ? JSON.stringify(came) : String(came);
  return new GreenroomError(
    'OPTION_INVALID',
    `The ${option} of ${owner} must be ${expected}, but is ${shown}.`,
    {
      data: { option },
    },
  );
}
