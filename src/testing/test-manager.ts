import type { Clock } from '../clock.ts';
import { GreenroomError } from '../errors.ts';
import { connectionMachine } from '../machines/connection.ts';
import { Manager, type ManagerOptions } from '../manager/manager.ts';
import type { FakeProcess } from './fake-process.ts';
import { FakeProcesses } from './fake-processes.ts';
import { fakeModule } from './fake-module.ts';
import { lifeOf, type Life, type Lives } from './life.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface TestManagerOptions extends Omit<ManagerOptions, 'clock'> {
  /** Default: a new one. */
  readonly clock?: VirtualClock;
  /** What the modules do, by the id of their connection. A connection that isn't named becomes misconfigured, and says so. */
  readonly modules: Readonly<Record<string, Lives>>;
  /** Another statechart for all connections, such as one with a mistake that a test is to find. Default: the real one. */
  readonly machine?: typeof connectionMachine;
}

/**
 * Makes a manager whose modules are fake: whatever module a connection names, no process is started, and time goes on only when it is turned.
 * Everything else is real.
 * @throws {GreenroomError} `OPTION_INVALID`.
 *
 * @example
 * await using manager = createTestManager({ modules: { lamp: life([registers({ after: 20 }), initialises()]) } });
 * const lamp = manager.add({ id: 'lamp', module: 'modules/lamp.js' });
 * await manager.advance(20);
 * console.log(lamp.status.state); // ready
 */
export function createTestManager(options: TestManagerOptions): TestManager {
  const { clock = new VirtualClock(), modules, machine = connectionMachine, ...rest } = options;
  const life = (id: string, incarnation: number): Life => {
    const lives = Object.hasOwn(modules, id) ? modules[id] : undefined;
    if (lives === undefined) throw noLife(id, modules);
    return lifeOf(lives, incarnation);
  };
  return new TestManager({ ...rest, clock }, new FakeProcesses(life), { life, machine });
}

/** A manager on a virtual clock with fake processes; an app can't tell it from another. */
export class TestManager extends Manager {
  readonly clock: VirtualClock;
  readonly #processes: FakeProcesses;

  /** Test managers are made by `createTestManager`. */
  constructor(
    options: ManagerOptions & { readonly clock: VirtualClock },
    processes: FakeProcesses,
    { life, machine }: { life: (id: string, incarnation: number) => Life; machine: typeof connectionMachine },
  ) {
    const module = fakeModule((id) => life(id, processes.startsOf(id) + 1), options.clock);
    super(options, {
      toModule: () => module,
      // A clock that stands still doesn't mean that the host slept.
      timeFrom: (clock: Clock) => clock,
      createProcesses: () => processes,
      machine,
    });
    this.clock = options.clock;
    this.#processes = processes;
  }

  /** All fake processes there were, in the order in which they were started. */
  get processes(): readonly FakeProcess[] {
    return this.#processes.all;
  }

  /**
   * The last process of a connection.
   * @throws {GreenroomError} `CONNECTION_UNKNOWN` if it never had one.
   */
  process(connection: string): FakeProcess {
    const process = this.processes.findLast((each) => each.connection === connection);
    if (process === undefined)
      throw new GreenroomError('CONNECTION_UNKNOWN', `Connection "${connection}" has not had a process yet.`);
    return process;
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    // Promises, messages and what they lead to all come before this.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Turns the clock on, from timer to timer, and lets everything happen that belongs to each. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.clock.now() + milliseconds;
    await this.settle();
    for (let [next] = this.clock.timers; next !== undefined && next.due <= end; [next] = this.clock.timers) {
      this.clock.fire(next);
      await this.settle();
    }
    this.clock.advance(end - this.clock.now());
  }

  /**
   * Turns the clock on until a promise is settled, and passes on what it is settled with.
   * @throws {GreenroomError} `WAIT_FAILED` when it isn't settled within the time, in milliseconds (default an hour), or nothing waits any more.
   *
   * @example
   * await manager.until(lamp.waitFor('ready'));
   */
  async until<T>(promise: Promise<T>, atMost = 3_600_000): Promise<T> {
    const end = this.clock.now() + atMost;
    const awaited = { isPending: true };
    void Promise.allSettled([promise]).then(() => {
      awaited.isPending = false;
    });
    await this.settle();
    while (awaited.isPending) {
      const [next] = this.clock.timers;
      if (next === undefined || next.due > end) throw neverSettled(atMost, next);
      this.clock.fire(next);
      await this.settle();
    }
    return promise;
  }

  /** Ends everything at once, also what is deaf to all signals: a test is over. */
  override async [Symbol.asyncDispose](): Promise<void> {
    const stopped = this.stop({ force: true });
    await this.settle();
    this.#processes.endAll();
    await this.until(stopped);
  }
}

function noLife(id: string, modules: object): GreenroomError {
  const known = Object.keys(modules).join(', ') || 'none';
  return new GreenroomError(
    'MODULE_INVALID',
    `There is no life for connection "${id}" in the option modules of createTestManager; there are: ${known}.`,
    { data: { connection: id } },
  );
}

function neverSettled(atMost: number, next: object | undefined): GreenroomError {
  const why =
    next === undefined ? 'no timer is left that could change that' : `it would take more than ${atMost} ms`;
  return new GreenroomError('WAIT_FAILED', `The promise is not settled: ${why}.`);
}
