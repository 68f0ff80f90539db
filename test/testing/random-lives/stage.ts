import type { Connection } from '../../../src/index.ts';
import { exits, initialises, registers } from '../../../src/testing/acts.ts';
import type { GivenOrder } from '../../../src/testing/arbitraries.ts';
import type { FakeProcess } from '../../../src/testing/fake-process.ts';
import { life, lifeOf, type Life, type Lives } from '../../../src/testing/life.ts';
import {
  createTestManager,
  type TestManager,
  type TestManagerOptions,
} from '../../../src/testing/test-manager.ts';
import { invariants, type Scene } from './invariants.ts';
import { tellLate } from './late-news.ts';
import {
  giveAndRemember,
  makeCalls,
  newMemory,
  rememberExits,
  type MadeCall,
  type Memory,
} from './memory.ts';
import type { Move } from './moves.ts';

export const ids = ['lamp', 'fan', 'door'] as const;

/** A manager with three connections and one start slot, and everything the invariants need to know of it. */
export class Stage implements Scene {
  readonly manager: TestManager;
  readonly connections: readonly Connection[];
  readonly memories = new Map<string, Memory>();
  readonly calls: MadeCall[] = [];
  readonly problems: unknown[] = [];
  readonly #calls: NonNullable<Life['calls']>;
  #lives: readonly Lives[];

  constructor(
    lives: readonly Lives[],
    machine?: TestManagerOptions['machine'],
    options: Pick<TestManagerOptions, 'clock' | 'handlers'> & { readonly calls?: Life['calls'] } = {},
  ) {
    const { calls = {}, ...given } = options;
    this.#calls = calls;
    this.#lives = lives;
    const livesOf = (index: number) => (incarnation: number) => this.#lifeOf(index, incarnation);
    this.manager = createTestManager({
      ...given,
      modules: Object.fromEntries(ids.map((id, index) => [id, livesOf(index)])),
      startSlots: 1,
      // Beats are most of what happens: fewer of them leave time for more lives.
      policy: { heartbeat: { interval: 5000 } },
      ...(machine === undefined ? {} : { machine }),
    });
    this.manager.on('problem', ({ error }) => this.problems.push(error));
    rememberExits(this.manager, (id) => this.memoryOf(id));
    this.connections = ids.map((id) => {
      this.memories.set(id, newMemory());
      return this.manager.add({ id, module: `${id}.js`, config: {} });
    });
  }

  memoryOf(connection: string): Memory {
    return this.memories.get(connection) as Memory;
  }

  processesOf(connection: string): readonly FakeProcess[] {
    return this.manager.processes.filter((process) => process.connection === connection);
  }

  /** Lets something happen, and all that follows from it at once; then everything must hold. */
  async play(move: Move): Promise<void> {
    await this.#happen(move);
    await this.manager.settle();
    this.check(JSON.stringify(move));
  }

  check(after: string): void {
    for (const { name, broken } of invariants) {
      const detail = broken(this);
      if (detail !== undefined) throw new Error(`${name}: ${detail}, after ${after}`);
    }
  }

  /** From now on every module is healthy and wanted: each becomes ready, or was removed. Then the manager is stopped, and nothing is left. */
  async end(): Promise<void> {
    const healthy = life([registers(), initialises()]);
    this.#lives = ids.map(() => healthy);
    // Until what was begun before has come to be, and can be ended.
    await this.manager.advance(121_000);
    for (const process of this.manager.processes) process.does(exits(1));
    await this.manager.settle();
    for (const [index, { status }] of this.connections.entries()) {
      if (status.state !== 'removed') this.#give(index, { order: 'enable' });
    }
    await this.manager.advance(100_000);
    this.check('100 s of health');
    const notReady = this.connections.filter(({ status }) => !['ready', 'removed'].includes(status.state));
    if (notReady.length > 0)
      throw new Error(`9. Healthy and not ready: ${JSON.stringify(notReady[0]?.status)}`);
    await this.manager.until(this.manager.stop());
    if (this.manager.processes.some(({ isAlive }) => isAlive)) throw new Error('10. A process is left');
    this.check('the end');
  }

  async #happen(move: Move): Promise<void> {
    const { clock } = this.manager;
    if (move.move === 'turn') return this.manager.advance(move.by);
    if (move.move === 'fire') return void clock.fire(clock.timers[move.timer % Math.max(1, clock.pending)]);
    const connection = this.connections[move.whom] as Connection;
    if (move.move === 'order') return this.#give(move.whom, move.order);
    if (move.move === 'act') return this.processesOf(connection.id).at(-1)?.does(move.act);
    if (move.move === 'call') return makeCalls(connection, this.calls, ['echo', 'think']);
    return this.#tellLate(connection, move);
  }

  #lifeOf(index: number, incarnation: number): Life {
    const own = lifeOf(this.#lives[index] as Lives, incarnation);
    return {
      ...own,
      calls: { echo: (payload) => payload, think: () => new Promise(() => {}), ...this.#calls },
    };
  }

  #give(index: number, given: GivenOrder): void {
    const connection = this.connections[index] as Connection;
    giveAndRemember(connection, this.memoryOf(connection.id), given);
  }

  #tellLate(connection: Connection, { news, back }: Move & { move: 'late' }): void {
    const heard = (): number[] => this.processesOf(connection.id).map((process) => process.heard.length);
    tellLate(connection, { news, back, at: this.manager.clock.now(), witness: heard });
  }
}
