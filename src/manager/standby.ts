import type { Clock } from '../clock.ts';
import type { ConnectionPolicy } from '../machines/policy.ts';
import type { spareMachine } from '../machines/spare.ts';
import type { ConnectionSnapshot, ConnectionState } from '../machines/status.ts';
import { statusOf } from '../machines/status.ts';
import type { ProcessLimits } from '../process/host.ts';
import type { WaitingProcess } from '../process/waiting-process.ts';
import { launchOfSpare, type SpareKind } from './spare-kind.ts';
import { provideSpareActors, type SpareActorSurroundings } from './spare-actors.ts';
import { Spare, type SpareStatus, type SpareSurroundings } from './spare.ts';
import type { Connection } from './connection.ts';
import type { Processes } from './foundation.ts';
import type { Settings } from './settings.ts';

/** A connection whose spares are kept. */
export interface StandbyMember {
  readonly connection: Connection;
  readonly settings: Settings;
}

export interface StandbyOptions extends SpareSurroundings, SpareActorSurroundings {
  readonly limits: ProcessLimits;
  /** As the option of the manager. */
  readonly allow: readonly string[];
  member(connectionId: string): StandbyMember;
}

interface Wish {
  readonly spare: Spare;
  /** Of its kind. */
  readonly key: string;
  /** Which would be replaced. */
  readonly incarnation: number;
  /** How that was started, or the one before that it has replaced. */
  readonly launch: Settings['launch'];
  /** Of the connection. */
  readonly policy: ConnectionPolicy;
  tell(pid: number | null): void;
}

/**
 * Keeps a process waiting for each connection whose policy says so, one for all that could take the same. A connection could need one from when it is ready until it is stopped or
 * gives up; it takes one when its process ended unexpectedly.
 */
export class Standby {
  readonly #options: StandbyOptions;
  readonly #spares = new Map<string, Spare>();
  /** By the id of the connection. */
  readonly #wishes = new Map<string, Wish>();
  #machine: typeof spareMachine | undefined;
  #isOver = false;

  constructor(options: StandbyOptions) {
    this.#options = options;
  }

  get status(): readonly SpareStatus[] {
    return [...this.#spares.values()].map((spare) => spare.status);
  }

  /** A connection has come into this state. */
  follow(id: string, snapshot: ConnectionSnapshot): void {
    const wish = this.#wishes.get(id);
    const { policy } = snapshot.context;
    if (!policy.standby && wish === undefined) return;
    const { state, incarnation } = statusOf(snapshot);
    if (!this.#isKept(snapshot) || ends.has(state)) this.#forget(id);
    else if (state === 'ready') this.#want(id, incarnation, policy);
  }

  /** The process that waits under this pid, for this connection, which is to take it at once. */
  take(id: string, pid: number): WaitingProcess | undefined {
    const process = this.#wishes.get(id)?.spare.take(pid);
    if (process) this.#options.member(id).settings.redaction.hideToken(process.token);
    return process;
  }

  /** Whether this process waits, and can answer. */
  has(id: string, pid: number): boolean {
    return this.#wishes.get(id)?.spare.has(pid) ?? false;
  }

  /** From now on there are none. */
  end(): void {
    this.#isOver = true;
    for (const id of this.#wishes.keys()) this.#forget(id);
  }

  #isKept({ context }: ConnectionSnapshot): boolean {
    return context.policy.standby && !this.#isOver;
  }

  #want(id: string, incarnation: number, policy: ConnectionPolicy): void {
    const wish = this.#wishes.get(id);
    if (wish?.incarnation === incarnation && wish.policy === policy) return;
    const { launch } = this.#options.member(id).settings;
    const isSame = wish?.launch === launch && wish.policy === policy;
    // What has started anew may be another program; a spare whose actor broke is none any more.
    if (!isSame || this.#spares.get(wish.key) !== wish.spare) return this.#choose(id, incarnation, policy);
    this.#wishes.set(id, { ...wish, incarnation });
    wish.spare.want(id);
  }

  #choose(id: string, incarnation: number, policy: ConnectionPolicy): void {
    const { connection, settings } = this.#options.member(id);
    const { launch } = settings;
    const kind = launchOfSpare(id, settings, policy, this.#options);
    if (kind === undefined) return this.#forget(id);
    const spare = this.#spares.get(kind.key) ?? this.#begin(kind);
    if (this.#wishes.get(id)?.spare !== spare) this.#forget(id);
    const tell = teller(connection, this.#options.clock);
    this.#wishes.set(id, { spare, key: kind.key, incarnation, launch, policy, tell });
    spare.want(id);
  }

  #begin(kind: SpareKind): Spare {
    // Most managers keep none.
    this.#machine ??= provideSpareActors(this.#options, (key) => this.#spares.get(key) as Spare);
    const spare = new Spare({
      ...this.#options,
      machine: this.#machine,
      kind,
      onChanged: (id, pid) => this.#wishes.get(id)?.tell(pid),
      onOver: () => void this.#spares.delete(kind.key),
    });
    this.#spares.set(kind.key, spare);
    return spare;
  }

  #forget(id: string): void {
    // Told of that, it may ask again.
    this.#wishes.get(id)?.spare.dismiss(id);
    this.#wishes.delete(id);
  }
}

/** Tells a connection which process waits for it, as long as there is somebody to tell. */
function teller({ actor }: Connection, clock: Clock): Wish['tell'] {
  return (pid) => {
    if (actor.getSnapshot().status === 'active') actor.send({ type: 'spare.changed', pid, at: clock.now() });
  };
}

/** Undefined where no process can wait. */
export function standbyFrom(
  { spareLogic, registry }: Pick<Processes, 'spareLogic' | 'registry'>,
  options: Omit<StandbyOptions, 'logic' | 'kill'>,
): Standby | undefined {
  if (spareLogic === undefined) return undefined;
  return new Standby({ ...options, logic: spareLogic, kill: (id) => registry.kill(id) });
}

/** In these nobody takes its place, or the next process is to be started anew. */
const ends: ReadonlySet<ConnectionState> = new Set([
  'disabled',
  'stopping',
  'failed',
  'misconfigured',
  'removed',
]);
