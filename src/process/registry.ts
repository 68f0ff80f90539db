import type { Clock } from '../clock.ts';
import { createHostGuard } from './host-guard.ts';
import type { Janitor } from './janitor.ts';
import { createRemnants } from './remnants.ts';
import { signalProcess, type EndingSignal, type ProcessIdentity } from './signals.ts';

/** One incarnation's process, as long as its exit was not seen. */
export interface RegisteredProcess {
  readonly connectionId: string;
  readonly incarnation: number;
  readonly pid: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Whose process it is. */
type Owner = Pick<RegisteredProcess, 'connectionId' | 'incarnation'>;

/** The hold on one process that only its owner has. */
export interface ProcessHandle {
  readonly pid: number;
  /** SIGTERM goes to the process, SIGKILL to its whole group. Nothing is sent once the exit was seen. */
  signal(signal: EndingSignal): void;
  /** The exit was seen: what is left of the group is killed. Idempotent. */
  exited(): void;
  /** It is the process of this incarnation from now on. */
  belongTo(owner: Owner): void;
}

/** Knows every live process of a manager, whatever becomes of the actors that started them. No method throws. */
export interface ProcessRegistry {
  add(owner: Owner, process: ProcessIdentity): ProcessHandle;
  /** A process is about to be started; adds it once it is there, and kills it if its connection was killed meanwhile. */
  expect(owner: Owner): (process: ProcessIdentity) => ProcessHandle;
  /** SIGKILL to the groups of all processes of this connection, and to those expected as soon as they are there. */
  kill(connectionId: string): void;
  /** The same to all, and from now on to each that is added: what a launcher was just starting. */
  killAll(): void;
  list(): readonly RegisteredProcess[];
  /** How many processes live. */
  readonly size: number;
  /** Resolves when no process lives any more, the other members of their groups included. */
  gone(): Promise<void>;
}

/** While it knows of a process, it kills what is left when the host ends, by whatever way lets JavaScript run; how the host ends is not changed. */
export function createProcessRegistry({ clock, janitor }: RegistryOptions): ProcessRegistry {
  return new LiveProcesses(clock, janitor);
}

export interface RegistryOptions {
  readonly clock: Clock;
  /** Told of every process group that lives. */
  readonly janitor?: Janitor | undefined;
}

class LiveProcesses implements ProcessRegistry {
  readonly #clock: Clock;
  readonly #entries = new Map<RegisteredProcess, ProcessIdentity>();
  readonly #janitor: Janitor | undefined;
  readonly #remnants = createRemnants((leader) => this.#groupGone(leader));
  readonly #guard = createHostGuard(() => this.killAll());
  readonly #waiting: (() => void)[] = [];
  readonly #kills = new Map<string, number>();
  #isOver = false;

  constructor(clock: Clock, janitor: Janitor | undefined) {
    this.#clock = clock;
    this.#janitor = janitor;
  }

  get size(): number {
    return this.#entries.size;
  }

  list(): readonly RegisteredProcess[] {
    return [...this.#entries.keys()];
  }

  add({ connectionId, incarnation }: Owner, process: ProcessIdentity): ProcessHandle {
    const { pid } = process;
    let entry: RegisteredProcess = { connectionId, incarnation, pid, startedAt: this.#clock.now() };
    this.#guard.hold();
    this.#entries.set(entry, process);
    this.#janitor?.watch(process);
    if (this.#isOver) this.#signal(entry, 'SIGKILL');
    return {
      pid,
      signal: (signal) => this.#signal(entry, signal),
      exited: () => {
        if (!this.#entries.delete(entry)) return;
        this.#remnants.add(pid);
      },
      belongTo: (owner) => {
        if (!this.#entries.delete(entry)) return;
        entry = { ...entry, ...owner };
        this.#entries.set(entry, process);
      },
    };
  }

  expect(owner: Owner): (process: ProcessIdentity) => ProcessHandle {
    const { connectionId } = owner;
    const kills = this.#kills.get(connectionId);
    return (process) => {
      const handle = this.add(owner, process);
      if (this.#kills.get(connectionId) !== kills) handle.signal('SIGKILL');
      return handle;
    };
  }

  kill(connectionId: string): void {
    this.#kills.set(connectionId, (this.#kills.get(connectionId) ?? 0) + 1);
    for (const entry of this.#entries.keys()) {
      if (entry.connectionId === connectionId) this.#signal(entry, 'SIGKILL');
    }
  }

  killAll(): void {
    this.#isOver = true;
    for (const entry of this.#entries.keys()) this.#signal(entry, 'SIGKILL');
    this.#remnants.kill();
  }

  gone(): Promise<void> {
    if (this.#isEmpty()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #signal(entry: RegisteredProcess, signal: EndingSignal): void {
    const identity = this.#entries.get(entry);
    if (identity) signalProcess(identity, signal);
  }

  #groupGone(leader: number): void {
    this.#janitor?.forget(leader);
    this.#settle();
  }

  #isEmpty(): boolean {
    return this.#entries.size === 0 && this.#remnants.isEmpty();
  }

  #settle(): void {
    if (!this.#isEmpty()) return;
    this.#guard.release();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
