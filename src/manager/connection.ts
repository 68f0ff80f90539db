import { createActor, type ActorRefFrom } from 'xstate';
import type { ChannelTraffic, Json, SendOptions } from '../ipc/channel.ts';
import type { connectionMachine } from '../machines/connection.ts';
import type { ExitRecord } from '../machines/exits.ts';
import type { ConnectionPolicy } from '../machines/policy.ts';
import { statusOf, type ConnectionStatus } from '../machines/status.ts';
import type { CallOptions } from '../process/protocol.ts';
import { checkChange, type ConnectionChange, type ConnectionOptions } from './connection-options.ts';
import { asLoss, notReady } from './order-errors.ts';
import type { ConnectionSurroundings } from './connection-surroundings.ts';
import { createOrders, type Orders } from './orders.ts';
import { withPolicy } from './policy-options.ts';
import { relay } from './relay.ts';
import { changeModule, changeSettings, type Settings } from './settings.ts';
import { callModule } from './trace-call.ts';
import { waitForStatus, type AwaitedStatus, type WaitOptions } from './wait.ts';

/** One module connection: a permanent identity, a desire, a config, and a statechart actor that acts on them. */
export class Connection {
  /** Unique within its manager. */
  readonly id: string;
  /** The XState actor behind it, to watch and inspect; orders go through the methods here. */
  readonly actor: ActorRefFrom<typeof connectionMachine>;
  readonly #surroundings: ConnectionSurroundings;
  readonly #settings: Settings;
  readonly #history: readonly ExitRecord[];
  readonly #orders: Orders;
  readonly #listeners = new Set<(status: ConnectionStatus) => void>();
  #policy: ConnectionPolicy;
  #isCallable = false;

  /** Connections are made by `manager.add`. */
  constructor(options: ConnectionOptions, surroundings: ConnectionSurroundings) {
    this.id = options.id;
    this.#surroundings = surroundings;
    this.#settings = surroundings.settings;
    this.#policy = withPolicy(surroundings.policy, options.policy, `Connection "${this.id}"`);
    const { machine, clock, inspection } = surroundings;
    const label = options.label ?? this.id;
    this.actor = createActor(machine, {
      id: this.id,
      clock,
      ...inspection(this.id),
      input: { id: this.id, label, policy: this.#policy, at: clock.now() },
    });
    const { history, rejections } = relay(
      this.actor,
      surroundings,
      (snapshot) => void (this.#isCallable = snapshot.hasTag('callable')),
      (status) => this.#tell(status),
    );
    this.#history = history;
    this.#orders = createOrders(this.actor, surroundings, rejections);
  }

  /** Called once by the manager that made it. @internal */
  start(enabled: boolean): void {
    this.actor.start();
    if (enabled) this.enable();
    // Many are added at once: nobody waits for one of them more than for another.
    this.#settings.urgency.ordered(false);
  }

  /** What is true now, as plain JSON. */
  get status(): ConnectionStatus {
    return statusOf(this.actor.getSnapshot(), this.#settings.used);
  }

  /** What people, and the module, call it. */
  get label(): string {
    return this.actor.getSnapshot().context.label;
  }

  /** The config as it is now, changes by the module included. */
  get config(): Json {
    return this.#settings.config;
  }

  /** The whole policy: the defaults with what the manager and the connection say otherwise. */
  get policy(): ConnectionPolicy {
    return this.#policy;
  }

  /** A text of this connection as it may be shown: each of its secrets, past ones and tokens of its processes included, is `[secret]`. */
  redact(text: string): string {
    return this.#settings.redaction.redact(text);
  }

  /** How the last ten incarnations ended, oldest first. */
  get history(): readonly ExitRecord[] {
    return this.#history;
  }

  /** Wants it to run; begins anew if it is failed or misconfigured. Throws `CONNECTION_REMOVED`, or `ORDER_REJECTED` while it is being removed. */
  enable(): void {
    this.#orders.give({ type: 'enable' });
  }

  /** Wants it not to run: whatever runs is stopped, whatever waits is cancelled. Throws `CONNECTION_REMOVED`. */
  disable(): void {
    this.#orders.give({ type: 'disable' });
  }

  /** Stops the process, if there is one, and starts another as soon as it is gone. Throws `ORDER_REJECTED` if it is disabled or being disabled or removed, `CONNECTION_REMOVED`. */
  restart(): void {
    this.#orders.give({ type: 'restart' });
  }

  /**
   * Changes any of config, secrets, label, policy and module, in every state. A ready module is told a new config or label; a new module is started
   * in place of the old; a connection that failed, fails meanwhile or waits begins anew if config, secrets or module changed. A new heartbeat or budget counts from the next process on.
   * @throws {GreenroomError} `OPTION_INVALID`, `CONNECTION_REMOVED`.
   */
  update(change: ConnectionChange): void {
    checkChange(this.id, change);
    const { label, module } = change;
    const policy = withPolicy(this.#policy, change.policy, `Connection "${this.id}"`);
    this.#orders.checkPresent();
    const config = changeSettings(this.id, this.#settings, change);
    this.#policy = policy;
    if (module !== undefined) changeModule(this.#settings, this.#surroundings.toModule(module));
    const changed = { config, module: module !== undefined, policy };
    this.#orders.give({ type: 'configure', ...changed, ...(label === undefined ? {} : { label }) });
  }

  /** Stops what runs and ends the connection; resolves when its process is gone. Idempotent. */
  async remove(): Promise<void> {
    if (this.status.state === 'removed') return;
    if (this.actor.getSnapshot().status === 'active') {
      const removed = this.waitFor('removed');
      this.#orders.give({ type: 'remove' });
      await removed;
    } else {
      // Its actor broke or was stopped past it: there is nobody to wait for.
      this.#surroundings.kill();
      this.#surroundings.onRemoved();
    }
  }

  /**
   * Calls the module. Settles exactly once: with its answer, its error (`CALL_FAILED`), `CALL_TIMED_OUT`, `CALL_CANCELLED`, or, in the same tick
   * in which the death of the process is known, `CONNECTION_LOST`. The timeout is `deadlines.call` of the policy (5000 ms) unless given.
   * @throws {GreenroomError} As a rejection: these; `CONNECTION_NOT_READY` unless it is ready or suspect; and, when nothing could be sent, `QUEUE_FULL`, `FRAME_TOO_LARGE`,
   * `FRAME_MALFORMED`, `OPTION_INVALID` (a timeout, a signal, or a name of the protocol's own) or `ORDER_REJECTED` (a call that belongs to the connection).
   */
  call(name: string, payload?: unknown, options: CallOptions = noOptions): Promise<unknown> {
    const { session } = this.#settings;
    if (session === null || !this.#isCallable)
      return Promise.reject(notReady(this.status, `the call "${name}"`));
    const { timeout = this.#policy.deadlines.call, signal, meta } = options;
    const answer = callModule(this, session, name, payload, { timeout, signal, meta });
    // A channel that is closed is found out at once; to look for it later costs a promise.
    if (this.#settings.channel?.isOpen === true) return answer;
    return answer.catch((error: unknown) => Promise.reject(asLoss(this.status, error) as Error));
  }

  /**
   * Tells the module something it doesn't answer; `overflow` says what gives way when it doesn't read (default: nothing, the notification is rejected).
   * @throws {GreenroomError} `CONNECTION_NOT_READY`, `CONNECTION_LOST`, `QUEUE_FULL`, `FRAME_TOO_LARGE`, `FRAME_MALFORMED`, `OPTION_INVALID` for the overflow, or that or `ORDER_REJECTED` for the name; then nothing was sent.
   */
  notify(name: string, payload?: unknown, options?: SendOptions): void {
    const { session } = this.#settings;
    if (session === null || !this.#isCallable) throw notReady(this.status, `the notification "${name}"`);
    try {
      session.notify(name, payload, options);
    } catch (error) {
      throw asLoss(this.status, error);
    }
  }

  /** Resolves when less than half of what may wait for the module waits: the moment to go on after `QUEUE_FULL`. At once without a process, and when its channel closes. */
  async drained(): Promise<void> {
    await this.#settings.channel?.drained();
  }

  /** What went through the channel of the current or last incarnation, and what waits in it; null before the first. */
  get traffic(): ChannelTraffic | null {
    return this.#settings.channel?.traffic ?? null;
  }

  /** Resolves with the first status that fits, which may be the present one. Throws `WAIT_FAILED` when the time is over, the signal aborts or the connection is removed, `OPTION_INVALID` for a signal that is none. */
  waitFor(awaited: AwaitedStatus, options?: WaitOptions): Promise<ConnectionStatus> {
    return waitForStatus(this, awaited, options);
  }

  /** Calls the listener with each new status; returns what ends that. What it throws becomes a `problem` of the manager. */
  subscribe(listener: (status: ConnectionStatus) => void): () => void {
    // Wrapped, so that the same function may be given twice.
    const own = (status: ConnectionStatus): void => listener(status);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  #tell(status: ConnectionStatus): void {
    for (const listener of this.#listeners) this.#surroundings.emitter.guard(this.id, () => listener(status));
  }
}

const noOptions: CallOptions = {};
