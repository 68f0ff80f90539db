import type { IncomingMessage, ServerResponse } from 'node:http';
import { GreenroomError } from '../../errors.ts';
import { companion } from '../client.ts';
import { text } from '../definitions/read.ts';
import { fieldsOf } from '../fields.ts';
import type { Controls, Placed } from './controls.ts';
import { harmless, warn } from './harmless.ts';
import { answerHttp, type HttpOptions } from './http.ts';
import { httpTarget } from './http-target.ts';
import { createOscSender } from './osc.ts';
import {
  type SharedAddresses,
  SharedSockets,
  type SharedSocketStatus,
  type Caller,
} from './shared-sockets.ts';
import { fillText, type FilledText, type VariableLookup } from './text-variables.ts';
import { createHostedConnection, type HostedConnection } from './hosted-connection.ts';
import type { CompanionView, ViewOptions } from './view.ts';
import { type CompanionManager, isCallable, type ManagerNews } from './watchable.ts';

/** What a host of Companion modules may be told; everything may be left out. */
export interface CompanionHostOptions extends ViewOptions {
  /** Values of variables that are no module's, such as `$(custom:name)`; undefined for none. Tell changes with `variablesChanged`. */
  readonly valueOf?: VariableLookup | undefined;
  /** Where shared UDP ports are bound. Default: on all addresses. */
  readonly sharedAddresses?: SharedAddresses | undefined;
  readonly http?: HttpOptions | undefined;
  /** A module brought placed items to its newest upgrade index: keep them. Default: nothing more than that they are placed. */
  readonly onUpgraded?: ((connection: string, items: Placed) => void) | undefined;
  /** Something that a module wanted, or that was to be told to it, went wrong. Default: a warning of the process. */
  readonly onProblem?: ((connection: string, error: unknown) => void) | undefined;
}

/** The calls of modules that a host answers. */
export type CompanionHandlers = Readonly<Record<string, (payload: unknown, caller: Caller) => unknown>>;

/**
 * All that modules of Companion expect around them: shared UDP ports, OSC, variables in texts, HTTP requests, and controls with actions and feedbacks, for all connections of one manager.
 * @example
 * const host = new CompanionHost();
 * const manager = createManager({ handlers: host.handlers });
 * host.attach(manager);
 */
export class CompanionHost implements Disposable {
  /** For the option `handlers` of the manager. */
  readonly handlers: CompanionHandlers;
  readonly #options: CompanionHostOptions;
  readonly #members = new Map<string, HostedConnection>();
  readonly #sockets: SharedSockets;
  readonly #osc = createOscSender();
  #attached: { readonly manager: CompanionManager; readonly stops: readonly (() => void)[] } | null = null;

  constructor(options: CompanionHostOptions = {}) {
    this.#options = options;
    this.#sockets = new SharedSockets(() => this.#manager, options.sharedAddresses ?? {});
    this.handlers = {
      sharedUdpSocketJoin: (payload, caller) => this.#sockets.join(payload, caller),
      sharedUdpSocketLeave: (payload, caller) => this.#sockets.leave(payload, caller),
      sharedUdpSocketSend: (payload, caller) => this.#sockets.send(payload, caller),
      parseVariablesInString: (payload, { connection }) => this.#parse(payload, connection),
      upgradedItems: (payload, { connection }) => this.controls(connection).takeUpgraded(payload),
    };
  }

  /** Begins to listen to a manager; one that was made with `handlers`, and once. */
  attach(manager: CompanionManager): void {
    const stops = [
      manager.on('message', (message) => this.#hear(message)),
      manager.on('status', (change) => this.#onStatus(change)),
      manager.on('exit', ({ connection }) => {
        this.#members.get(connection)?.end();
        this.#sockets.release(connection);
      }),
    ];
    this.#attached = { manager, stops };
  }

  /** What the module of a connection says. */
  view(connection: string): CompanionView {
    return this.#member(connection).view;
  }

  /** The actions and feedbacks of a connection that are on controls. */
  controls(connection: string): Controls {
    return this.#member(connection).controls;
  }

  /** The UDP ports that modules share. */
  get sharedSockets(): readonly SharedSocketStatus[] {
    return this.#sockets.status;
  }

  /** Replaces `$(label:id)` in a text, as modules have it done. */
  fill(words: string): FilledText {
    return fillText(words, this.#valueOf);
  }

  /** Variables of the app have new values; as `label:id`. Those of modules are noticed. */
  variablesChanged(ids: readonly string[]): void {
    for (const [connection, { controls, asked }] of this.#members) {
      controls.variablesChanged(ids);
      const known = ids.filter((id) => asked.has(id));
      if (known.length > 0)
        this.#try(connection, () => companion(this.#manager.get(connection)).variablesChanged(known));
    }
  }

  /** Answers requests to `/instance/<id or label of a connection>/…`; resolves with false for others, which it leaves alone. */
  async http(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const target = httpTarget(request, this.#manager.connections);
    if (target === null) return false;
    const { initialised } = this.view(target.connection.id);
    if (initialised?.hasHttpHandler === false) return false;
    await answerHttp(request, response, target, this.#options.http);
    return true;
  }

  /** Ends everything it opened; the manager goes on. */
  [Symbol.dispose](): void {
    for (const stop of this.#attached?.stops ?? []) stop();
    for (const member of this.#members.values()) member.dispose();
    this.#sockets.close();
    this.#osc.close();
  }

  get #manager(): CompanionManager {
    if (this.#attached) return this.#attached.manager;
    throw new Error('This host is attached to no manager yet: call attach(manager) first.');
  }

  #hear(message: ManagerNews['message']): void {
    const { connection, name, payload } = message;
    this.#member(connection).view.hear(message);
    if (name === 'send-osc')
      this.#osc
        .send(connection, payload)
        .catch((error: unknown) => this.#members.get(connection)?.complaints.add(error));
  }

  #onStatus({ connection, status, previous }: ManagerNews['status']): void {
    if (status.state === 'removed') {
      this.#members.get(connection)?.dispose();
      this.#members.delete(connection);
    } else if (status.state === 'ready' && !isCallable(previous.state)) {
      this.controls(connection).begin();
      this.#sockets.handOver(connection);
    }
  }

  #parse(payload: unknown, connection: string): FilledText {
    const filled = this.fill(text(fieldsOf(payload).get('text'), ''));
    this.#member(connection).ask(filled.variableIds);
    return filled;
  }

  readonly #valueOf: VariableLookup = (label, id) => {
    const connection = this.#manager.connections.find((candidate) => candidate.label === label);
    const value = connection && this.#members.get(connection.id)?.view.values.get(id);
    return value ?? this.#options.valueOf?.(label, id);
  };

  #member(connection: string): HostedConnection {
    const known = this.#members.get(connection);
    if (known) return known;
    const member = createHostedConnection(this.#options, {
      connection: () => this.#manager.get(connection),
      valueOf: this.#valueOf,
      onUpgraded: (items) => harmless(() => this.#options.onUpgraded?.(connection, items)),
      onProblem: (error) => this.#problem(connection, error),
    });
    let label = connection;
    member.view.on('values', (changed) => {
      // It may have been removed meanwhile, and its values with it.
      label = this.#manager.connections.find(({ id }) => id === connection)?.label ?? label;
      this.variablesChanged([...changed.keys()].map((id) => `${label}:${id}`));
    });
    this.#members.set(connection, member);
    return member;
  }

  #try(connection: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      // A process that is not ready, or is gone, will ask anew.
      const isNotThere = error instanceof GreenroomError && error.code === 'CONNECTION_NOT_READY';
      if (!isNotThere) this.#problem(connection, error);
    }
  }

  #problem(connection: string, error: unknown): void {
    const { onProblem } = this.#options;
    if (onProblem) harmless(() => onProblem(connection, error));
    else warn(`Connection "${connection}": ${String(error)}`);
  }
}
