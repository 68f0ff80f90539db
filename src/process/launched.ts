import type { Duplex } from 'node:stream';
import { signalProcess, type ProcessIdentity } from './signals.ts';
import type { Pipes, SpawnFailure, SpawnListener, Startable } from './spawn.ts';
import { wiring } from './wiring.ts';

/** One start that was left to a launcher, from asking for it to its end. */
export class Launched {
  readonly #file: string;
  readonly #listener: SpawnListener;
  /** By descriptor, as these. */
  readonly #kinds: readonly string[];
  readonly #pipes: (Duplex | null)[];
  #process: ProcessIdentity | undefined;
  #isWhole = false;

  /** When somebody began to wait for it. */
  askedAt = performance.now();

  /** Starts it without a launcher. */
  readonly otherwise: () => void;

  constructor(launch: Startable, listener: SpawnListener, otherwise: () => void) {
    this.#file = launch.file;
    this.#kinds = wiring(launch).stdio;
    this.#listener = listener;
    this.otherwise = otherwise;
    this.#pipes = this.#kinds.map(() => null);
  }

  /** Undefined until there is a process. */
  get process(): ProcessIdentity | undefined {
    return this.#process;
  }

  /** The host's end of a pipe has arrived; undefined if it should have. */
  take(descriptor: number, pipe: Duplex | undefined): void {
    // A stream whose error nobody listens to would end the host.
    pipe?.on('error', () => {});
    this.#pipes[descriptor] = pipe ?? null;
  }

  spawned(process: ProcessIdentity): void {
    this.#process = process;
    this.#isWhole = this.#kinds.every((kind, descriptor) => kind === 'ignore' || this.#pipes[descriptor]);
    // A host without free descriptors gets no pipes, and nobody can use a process without.
    if (this.#isWhole) this.#listener.onSpawned(asChild(this.#pipes), process);
    else signalProcess(process, 'SIGKILL');
  }

  failed(failure: SpawnFailure): void {
    for (const pipe of this.#pipes) pipe?.destroy();
    this.#listener.onFailed(failure);
  }

  trouble(message: string): void {
    this.#listener.onTrouble(new Error(message));
  }

  exited(code: number | null, signal: string | null, note?: string): void {
    if (this.#isWhole) return this.#listener.onExited(code, signal, note);
    const message = `${this.#file} could not be started: its pipes did not arrive, perhaps because this process has no free descriptor`;
    this.failed({ message, errno: 'EMFILE' });
  }
}

function asChild(pipes: readonly (Duplex | null)[]): Pipes {
  const [stdin = null, stdout = null, stderr = null] = pipes;
  return { stdin, stdout, stderr, stdio: pipes };
}
