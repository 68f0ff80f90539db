import { createActor, type ActorRefFrom, type SnapshotFrom } from 'xstate';
import type { Clock } from '../clock.ts';
import type { spareMachine } from '../machines/spare.ts';
import { residentMemory } from '../process/group-usage.ts';
import type { SpareStart } from '../process/spare-process.ts';
import type { WaitingProcess } from '../process/waiting-process.ts';
import type { Emitter } from './events.ts';
import type { SpareKind } from './spare-kind.ts';

/** What is true of a spare now, as plain JSON. */
export interface SpareStatus {
  /** `waiting`: it can be taken. */
  readonly state:
    | 'unwanted'
    | 'renewing'
    | 'queued'
    | 'spawning'
    | 'registering'
    | 'answering'
    | 'waiting'
    | 'ending';
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** Null without a process. */
  readonly pid: number | null;
  /** The module it is a process of. */
  readonly module: string;
  /** The ids of the connections any of which may take it. */
  readonly connections: readonly string[];
  /** Its resident memory in bytes; null while there is nothing to measure, and where it can't be. */
  readonly rss: number | null;
  /** Why the last one failed; null if it didn't. */
  readonly reason: string | null;
}

/** What a spare gets from its manager. */
export interface SpareSurroundings {
  readonly clock: Clock;
  readonly emitter: Emitter;
  /** Kills the processes of an actor that broke. */
  kill(id: string): void;
}

interface SpareOptions extends SpareSurroundings {
  /** With its actors, which find this one by the key of its kind. */
  readonly machine: typeof spareMachine;
  readonly kind: SpareKind;
  /** For one connection: which process it may take now; null if none. */
  onChanged(connectionId: string, pid: number | null): void;
  /** Nobody wants it, and it has no process. */
  onOver(): void;
}

type Snapshot = SnapshotFrom<typeof spareMachine>;

/** One process that waits for whoever needs it first, and its successors. */
export class Spare {
  readonly #options: SpareOptions;
  readonly #actor: ActorRefFrom<typeof spareMachine>;
  readonly #wanting = new Set<string>();
  #process: WaitingProcess | undefined;
  /** What those who want it were told last. */
  #told: number | null = null;
  #wasWanted = false;

  constructor(options: SpareOptions) {
    const { clock, kind, machine } = options;
    this.#options = options;
    const input = { id: kind.key, policy: kind.policy, at: clock.now() };
    this.#actor = createActor(machine, { clock, input });
    this.#actor.subscribe({ next: (snapshot) => this.#tell(snapshot), error: (error) => this.#broke(error) });
    this.#actor.start();
  }

  /** How its process is started. */
  get start(): SpareStart {
    return this.#options.kind.start;
  }

  get status(): SpareStatus {
    const { context } = this.#actor.getSnapshot();
    const { since, pid, reason } = context;
    const state = stateOf(this.#actor.getSnapshot());
    const rss = pid === null ? null : residentMemory(pid);
    return {
      state,
      since,
      pid,
      module: this.#options.kind.module,
      connections: [...this.#wanting],
      rss,
      reason,
    };
  }

  /** Its process waits from now on. */
  waits(process: WaitingProcess): void {
    this.#process = process;
  }

  /** This connection could need it from now on. */
  want(connectionId: string): void {
    const isNew = !this.#wanting.has(connectionId);
    this.#wanting.add(connectionId);
    this.#wasWanted = true;
    if (isNew && this.#told !== null) this.#options.onChanged(connectionId, this.#told);
    this.#send('want');
  }

  /** This connection couldn't need it any more. */
  dismiss(connectionId: string): void {
    if (!this.#wanting.delete(connectionId)) return;
    if (this.#told !== null) this.#options.onChanged(connectionId, null);
    if (this.#wanting.size === 0) this.#send('dismiss');
  }

  /** Whether the process of this pid waits. One that can't answer is ended, and another one follows. */
  has(pid: number): boolean {
    if (this.#process?.pid !== pid || this.#told !== pid) return false;
    if (this.#process.canAnswer()) return true;
    const message = 'it was stopped or dead when it was needed';
    const { incarnation } = this.#actor.getSnapshot().context;
    this.#actor.send({ type: 'process.failed', incarnation, message, at: this.#options.clock.now() });
    return false;
  }

  /** Gives away the process of this pid, if it waits; the next one is started later. */
  take(pid: number): WaitingProcess | undefined {
    const process = this.#process;
    if (process?.pid !== pid || this.#told !== pid) return undefined;
    return {
      ...process,
      take: (owner, onExited) => {
        const handle = process.take(owner, onExited);
        // Only now, because its actor ends with this what nobody has taken.
        this.#send('take');
        return handle;
      },
    };
  }

  #tell(snapshot: Snapshot): void {
    const pid = snapshot.hasTag('takeable') ? snapshot.context.pid : null;
    if (pid !== this.#told) {
      this.#told = pid;
      for (const id of this.#wanting) this.#options.onChanged(id, pid);
    }
    if (this.#wasWanted && this.#wanting.size === 0 && snapshot.value === 'unwanted') this.#options.onOver();
  }

  #broke(error: unknown): void {
    const options = this.#options;
    options.kill(options.kind.key);
    options.emitter.problem(null, error);
    options.onOver();
  }

  #send(type: 'want' | 'dismiss' | 'take'): void {
    this.#actor.send({ type, at: this.#options.clock.now() });
  }
}

function stateOf({ value }: Snapshot): SpareStatus['state'] {
  if (typeof value === 'string') return value;
  if (typeof value.needed === 'string') return value.needed;
  const { running } = value.needed;
  if (typeof running === 'string') return running;
  return 'starting' in running ? running.starting : 'ending';
}
