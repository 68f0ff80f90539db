import { systemClock, type Clock } from '../clock.ts';
import { defaultPolicy, type ConnectionPolicy } from '../machines/policy.ts';
import type { GuardOptions, Guards } from '../process/guards.ts';
import type { Launcher, LauncherOption } from '../process/launcher.ts';
import type { Module } from '../process/protocol.ts';
import { provideActors } from './actors.ts';
import { Connection } from './connection.ts';
import { checkConnectionOptions, type ConnectionOptions, type Handlers } from './connection-options.ts';
import { Emitter, type Listener, type ManagerEventName, type ManagerEvents } from './events.ts';
import type { Foundation } from './foundation.ts';
import { incarnationHost } from './incarnation-host.ts';
import { createInspection, type Inspect } from './inspection.ts';
import { allowedFrom } from './allowed-environment.ts';
import { withLimits, type LimitOptions } from './limits.ts';
import { forget } from './keeping-module.ts';
import type { ManagerStatus } from './manager-status.ts';
import { exists, stopped, unknown } from './member-errors.ts';
import { withPolicy, type PolicyOptions } from './policy-options.ts';
import { settingsFrom, type Settings } from './settings.ts';
import { standbyFrom } from './standby.ts';
import { startSlotsFrom, type StartSlots } from './start-slots.ts';

/** What a manager is made from; everything may be left out. */
export interface ManagerOptions {
  /** How many processes may be starting at once. Default: twice the cores, and up to eight times the cores while they idle. */
  readonly startSlots?: number | undefined;
  /** What differs from the default policy, for all connections. */
  readonly policy?: PolicyOptions | undefined;
  /** Answers calls of all modules, unless their connection has a handler of the same name. Default none. */
  readonly handlers?: Handlers | undefined;
  /** What differs from `defaultProcessLimits` and `defaultChannelLimits`, per process. */
  readonly limits?: LimitOptions | undefined;
  /** Names of further variables of this process that modules may see. Default: none but `allowedVariables`. */
  readonly allowEnvironment?: readonly string[] | undefined;
  /** What keeps modules from outliving this process. Default: all there is. */
  readonly guards?: GuardOptions | undefined;
  /** Whether a small process of its own starts the modules, so that a start doesn't stall this one. Linux. Default `auto`: from 200 MB of resident memory on. */
  readonly launcher?: LauncherOption | undefined;
  /** The time source of everything that is waited for. Default: the system's. */
  readonly clock?: Clock | undefined;
  /** Told of everything the actors of all connections do; what it throws becomes a `problem`, once. Default none, which costs nothing. */
  readonly inspect?: Inspect | undefined;
}

interface Member {
  readonly connection: Connection;
  readonly settings: Settings;
}

/** Owns the connections of an app. Each is an actor system of its own, so that none can take another down. */
export class Manager implements AsyncDisposable {
  readonly #members = new Map<string, Member>();
  readonly #emitter = new Emitter(this);
  readonly #clock: Clock;
  readonly #slots: StartSlots;
  readonly #policy: ConnectionPolicy;
  readonly #guards: Pick<Guards, 'status' | 'end'>;
  readonly #launcher: Pick<Launcher, 'status' | 'end'>;
  readonly #registry;
  readonly #standby;
  readonly #machine;
  readonly #inspection;
  #state: ManagerStatus['state'] = 'running';
  #stopped: Promise<void> | null = null;
  readonly #toModule: (module: Module | string) => Module;
  /** Managers are made by `createManager`. */
  constructor(options: ManagerOptions, foundation: Foundation) {
    this.#toModule = foundation.toModule;
    this.#clock = foundation.timeFrom(options.clock ?? systemClock);
    this.#slots = startSlotsFrom(options.startSlots, foundation.measureIdleCores, foundation.inTurn);
    this.#policy = withPolicy(defaultPolicy, options.policy, 'Manager');
    const processes = foundation.createProcesses(this.#clock, options);
    this.#guards = processes.guards;
    this.#launcher = processes.launcher;
    this.#registry = processes.registry;
    this.#inspection = createInspection(options.inspect, this.#emitter);
    const shared = {
      emitter: this.#emitter,
      handlers: options.handlers ?? {},
      limits: withLimits(options.limits),
      allow: allowedFrom(options.allowEnvironment),
    };
    const common = { clock: this.#clock, slots: this.#slots, member: (id: string) => this.#member(id) };
    this.#standby = standbyFrom(processes, { ...common, ...shared });
    this.#machine = provideActors(foundation.machine, processes, {
      ...common,
      hasSpare: (id, pid) => this.#standby?.has(id, pid) ?? false,
      takeSpare: (id, pid) => this.#standby?.take(id, pid),
      incarnation: (id) => incarnationHost(this.#member(id).connection, this.#member(id).settings, shared),
    });
  }

  /**
   * Adds a connection, which starts at once unless `enabled` is false.
   * @throws {GreenroomError} `OPTION_INVALID`, `CONNECTION_EXISTS`, `MANAGER_STOPPED`.
   */
  add(options: ConnectionOptions): Connection {
    if (this.#state !== 'running') throw stopped(options.id);
    checkConnectionOptions(options);
    const { id } = options;
    if (this.#members.has(id)) throw exists(id);
    const settings = settingsFrom(options, this.#toModule(options.module));
    const connection = new Connection(options, {
      machine: this.#machine,
      clock: this.#clock,
      policy: this.#policy,
      emitter: this.#emitter,
      inspection: this.#inspection,
      settings,
      toModule: this.#toModule,
      onSnapshot: (snapshot) => this.#standby?.follow(id, snapshot),
      kill: () => this.#registry.kill(id),
      onRemoved: () => {
        this.#members.delete(id);
        for (const module of settings.modules) this.#emitter.guard(id, () => forget(module, id));
      },
    });
    this.#members.set(id, { connection, settings });
    connection.start(options.enabled ?? true);
    return connection;
  }

  /**
   * The connection of this id.
   * @throws {GreenroomError} `CONNECTION_UNKNOWN`.
   */
  get(id: string): Connection {
    return this.#member(id).connection;
  }

  /** Whether there is a connection of this id; a removed one is there until its process is gone. */
  has(id: string): boolean {
    return this.#members.has(id);
  }

  /** All connections, in the order in which they were added. */
  get connections(): readonly Connection[] {
    return [...this.#members.values()].map(({ connection }) => connection);
  }

  /** What is true now, as plain JSON. */
  get status(): ManagerStatus {
    const { total, held, waiting } = this.#slots;
    const startSlots = { total, held, waiting };
    const connections = this.connections.map(({ status }) => status);
    const [guards, launcher, spares] = [
      this.#guards.status,
      this.#launcher.status,
      this.#standby?.status ?? [],
    ];
    return { state: this.#state, startSlots, guards, launcher, spares, connections };
  }

  /** Calls the listener with each event of this name; returns what ends that. What it throws becomes a `problem`. */
  on<N extends ManagerEventName>(name: N, listener: Listener<ManagerEvents[N]>): () => void {
    return this.#emitter.on(name, listener);
  }

  /**
   * Stops and removes all connections; resolves when none of their processes exists any more, members of their process groups included. With `force`
   * nobody is asked: everything is killed at once, also when an ordinary stop is already under way.
   */
  stop({ force = false }: { force?: boolean } = {}): Promise<void> {
    this.#stopped ??= this.#stop();
    if (force) this.#registry.killAll();
    return this.#stopped;
  }

  /** As `stop()`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    this.#state = 'stopping';
    // The first to be removed would hand its slot to the next.
    this.#slots.close();
    this.#standby?.end();
    await Promise.all(this.connections.map((connection) => connection.remove()));
    await this.#registry.gone();
    await this.#launcher.end();
    await this.#guards.end();
    this.#state = 'stopped';
  }

  #member(id: string): Member {
    const member = this.#members.get(id);
    if (member === undefined) throw unknown(id, [...this.#members.keys()]);
    return member;
  }
}
