import type { ConnectionStatus, Connection } from '../../../src/index.ts';
import type { ExitRecord } from '../../../src/machines/exits.ts';
import { exits, initialises, registers } from '../../../src/testing/acts.ts';
import { giveOrder, type GivenOrder } from '../../../src/testing/arbitraries.ts';
import type { FakeProcess } from '../../../src/testing/fake-process.ts';
import { life, lifeOf, type Life, type Lives } from '../../../src/testing/life.ts';
import {
  createTestManager,
  type TestManager,
  type TestManagerOptions,
} from '../../../src/testing/test-manager.ts';
import { invariants } from './invariants.ts';
import type { Move } from './moves.ts';

/** A call somebody made, and what became of it. */
export interface MadeCall {
  readonly connection: string;
  settled: number;
}

/** What is remembered of one connection beside what the library says of it. */
export interface Memory {
  readonly exits: { readonly exit: ExitRecord; readonly wasToEnd: boolean }[];
  /** What the app wants, by the last order that says so. */
  wanted: boolean;
  /** How many processes had been asked for when it was last not wanted any more. */
  askedFor: number;
  /** The incarnation that was ordered to end; 0 if none. */
  toEnd: number;
}

export const ids = ['lamp', 'fan', 'door'] as const;

/** A manager with three connections and one start slot, and everything the invariants need to know of it. */
export class Stage {
  readonly manager: TestManager;
  readonly connections: readonly Connection[];
  readonly memories = new Map<string, Memory>();
  readonly calls: MadeCall[] = [];
  readonly problems: unknown[] = [];
  #lives: readonly Lives[];

  constructor(lives: readonly Lives[], machine?: TestManagerOptions['machine']) {
    this.#lives = lives;
    const livesOf = (index: number) => (incarnation: number) => this.#lifeOf(index, incarnation);
    this.manager = createTestManager({
      modules: Object.fromEntries(ids.map((id, index) => [id, livesOf(index)])),
      startSlots: 1,
      // Beats are most of what happens: fewer of them leave time for more lives.
      policy: { heartbeat: { interval: 5000 } },
      ...(machine === undefined ? {} : { machine }),
    });
    this.manager.on('problem', ({ error }) => this.problems.push(error));
    this.manager.on('exit', ({ connection, exit }) => {
      const memory = this.memoryOf(connection);
      memory.exits.push({ exit, wasToEnd: memory.toEnd === exit.incarnation });
    });
    this.connections = ids.map((id) => {
      this.memories.set(id, { exits: [], wanted: true, askedFor: 0, toEnd: 0 });
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
    if (move.move === 'call') return this.#call(connection);
    return this.#tellLate(connection, move);
  }

  #lifeOf(index: number, incarnation: number): Life {
    const own = lifeOf(this.#lives[index] as Lives, incarnation);
    return { ...own, calls: { echo: (payload) => payload, think: () => new Promise(() => {}) } };
  }

  #give(index: number, given: GivenOrder): void {
    const connection = this.connections[index] as Connection;
    const memory = this.memoryOf(connection.id);
    const { alive, incarnation, state } = connection.status;
    const { order } = given;
    if (state === 'removed' || (!memory.wanted && order === 'restart')) {
      return giveOrder(connection, given);
    }
    if (alive && ['disable', 'restart', 'remove'].includes(order)) memory.toEnd = incarnation;
    if (order === 'disable' || order === 'remove') {
      memory.wanted = false;
      memory.askedFor = incarnation;
    }
    if (order === 'enable' && connection.status.next !== 'toRemove') memory.wanted = true;
    giveOrder(connection, given);
  }

  #call(connection: Connection): void {
    for (const name of ['echo', 'think']) {
      const made = { connection: connection.id, settled: 0 };
      const settle = (): void => {
        made.settled += 1;
      };
      this.calls.push(made);
      void Promise.allSettled([connection.call(name, 1, { timeout: 3000 })]).then(settle);
    }
  }

  #tellLate(connection: Connection, { news, back }: Move & { move: 'late' }): void {
    const before = connection.status;
    const incarnation = before.incarnation - back;
    if (incarnation < 1 || before.state === 'removed') return;
    const heard = this.processesOf(connection.id).map((process) => process.heard.length);
    const at = this.manager.clock.now();
    connection.actor.send({ ...news, incarnation, at });
    const expected = { ...before, discarded: { ...before.discarded, stale: before.discarded.stale + 1 } };
    const now = this.processesOf(connection.id).map((process) => process.heard.length);
    if (!same(connection.status, expected) || !same(heard, now))
      throw new Error(`3. Stale news changed something: ${news.type} of incarnation ${incarnation}`);
  }
}

function same(
  one: ConnectionStatus | readonly number[],
  other: ConnectionStatus | readonly number[],
): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
