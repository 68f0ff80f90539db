import type { Manager, ManagerEvents } from '../../src/index.ts';
import { incarnationsByConnection } from './operating-system.ts';

/** What a manager told, in order, and the invariants that were seen broken meanwhile. */
export class Journal {
  readonly statuses: ManagerEvents['status']['status'][] = [];
  readonly exits: ManagerEvents['exit']['exit'][] = [];
  readonly discarded: ManagerEvents['discarded'][] = [];
  readonly messages: ManagerEvents['message'][] = [];
  readonly output: ManagerEvents['output'][] = [];
  readonly violations = new Set<string>();
  readonly #manager: Manager;
  /** Whose process each of these pids was. */
  readonly #owners = new Map<number, string>();
  /** Connections whose exit was told, and not yet the status that follows it. */
  readonly #ended = new Set<string>();

  constructor(manager: Manager) {
    this.#manager = manager;
    manager.on('status', ({ status }) => {
      this.statuses.push(status);
      if (status.pid !== null) this.#owners.set(status.pid, status.id);
      this.#checkStatus(status);
      this.checkProcesses();
    });
    manager.on('exit', ({ connection, exit }) => {
      this.exits.push(exit);
      this.#ended.add(connection);
      if (exit.cause === 'stopped' && exit.crash)
        this.#broken(connection, 'an ordered stop was counted as a crash');
    });
    manager.on('discarded', (event) => this.discarded.push(event));
    manager.on('message', (event) => this.messages.push(event));
    manager.on('output', (event) => this.output.push(event));
    manager.on('problem', ({ connection, error }) => this.#broken(connection, `problem: ${String(error)}`));
  }

  /** The states a connection went through, without repetitions; from an incarnation on if one is given. */
  states(connection: string, fromIncarnation = 0): string[] {
    const own = this.statuses.filter(
      ({ id, incarnation }) => id === connection && incarnation >= fromIncarnation,
    );
    const states = own.map(({ state, step }) => (step === null ? state : `${state}.${step}`));
    return states.filter((state, index) => state !== states[index - 1]);
  }

  /** Notes a connection that has more than one incarnation alive at the operating system. */
  checkProcesses(): void {
    for (const [id, { size }] of incarnationsByConnection(this.#owners)) {
      if (size > 1 && this.#manager.has(id)) this.#broken(id, `${size} incarnations live at once`);
    }
  }

  #checkStatus({ id, state, alive, incarnation, pid, lastExit }: ManagerEvents['status']['status']): void {
    if (this.#ended.delete(id) && (alive || pid !== null))
      this.#broken(id, `${state} claims a process right after its exit`);
    if (state === 'ready' && (pid === null || lastExit?.incarnation === incarnation))
      this.#broken(id, 'ready without a process');
    if (!alive && pid !== null) this.#broken(id, `${state} has a pid, but no process`);
  }

  #broken(connection: string | null, what: string): void {
    this.violations.add(`${connection}: ${what}`);
  }
}
