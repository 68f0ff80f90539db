import { setTimeout as wait } from 'node:timers/promises';
import {
  createManager,
  type Connection,
  type Manager,
  type ManagerEvents,
  type ManagerOptions,
} from '../../../src/index.ts';
import type { connectionMachine } from '../../../src/machines/connection.ts';
import { realFoundation } from '../../../src/manager/foundation.ts';
import { Manager as ManagerOf } from '../../../src/manager/manager.ts';
import type { GivenOrder } from '../../../src/testing/arbitraries.ts';
import {
  initialises,
  life,
  playedModule,
  registers,
  type Life,
  type Lives,
} from '../../../src/testing/index.ts';
import { lifeOf } from '../../../src/testing/life.ts';
import { nodeModule, type Module } from '../../../src/index.ts';
import { processesOf } from '../../faults/operating-system.ts';
import { invariants, type Scene, type SeenProcess } from '../random-lives/invariants.ts';
import { tellLate } from '../random-lives/late-news.ts';
import {
  giveAndRemember,
  makeCalls,
  newMemory,
  rememberExits,
  type MadeCall,
  type Memory,
} from '../random-lives/memory.ts';
import { childModules } from './children.ts';
import type { RealMove } from './moves.ts';
import { Witness } from './witness.ts';

export const names = ['lamp', 'fan'] as const;

/** All patience is short, so that much happens in little time; `register` leaves a busy machine the time to start a process. */
const policy: NonNullable<ManagerOptions['policy']> = {
  deadlines: {
    prepare: 300,
    register: 1000,
    init: 250,
    initAtMost: 500,
    call: 100,
    leave: 60,
    ask: 80,
    terminate: 60,
  },
  backoff: { initial: 20, most: 80, jitter: 0, forgetAfter: 200 },
  intensity: { crashes: 3, period: 3000, probe: 100 },
  heartbeat: { interval: 40, suspectAfter: 2, putDownAfter: 8 },
};

export interface RealStageOptions {
  /** Another statechart than the library's own. */
  readonly machine?: typeof connectionMachine;
  /** How long the library may take to learn of what the operating system knows already; milliseconds, default 5000. */
  readonly patience?: number;
}

/** A manager whose two connections share one start slot and have real processes. */
export class RealStage implements Scene {
  readonly manager: Manager;
  readonly connections: readonly Connection[];
  readonly calls: MadeCall[] = [];
  readonly problems: unknown[] = [];
  readonly #memories = new Map<string, Memory>();
  readonly #witness = new Witness();
  readonly #modules: readonly Module[];
  readonly #seen = new Set<string>();
  readonly #isElsewhere = new Set<number>();
  readonly #patience: number;
  #lives: readonly Lives[];

  constructor(lives: readonly Lives[], { machine, patience = 5000 }: RealStageOptions = {}) {
    this.#lives = lives;
    this.#patience = patience;
    this.manager = managerOf({ startSlots: 1, policy, launcher: false }, machine);
    this.manager.on('problem', ({ error }) => this.problems.push(error));
    rememberExits(this.manager, (id) => this.memoryOf(id));
    this.manager.on('status', ({ status }) => this.#look(status));
    stages += 1;
    this.#modules = names.map((_, index) =>
      playedModule((incarnation) => this.#lifeOf(index, incarnation), { diary: this.#witness.diary }),
    );
    this.connections = names.map((name, index) => {
      const id = `${name}-${process.pid}-${stages}`;
      this.#memories.set(id, newMemory());
      return this.manager.add({ id, module: this.#modules[index] as Module, config: {} });
    });
  }

  memoryOf(connection: string): Memory {
    return this.#memories.get(connection) as Memory;
  }

  processesOf(connection: string): readonly SeenProcess[] {
    return this.#witness.processesOf(connection);
  }

  /** Lets something happen; then everything must hold, as soon as the library can know. */
  async play(move: RealMove): Promise<void> {
    await this.#happen(move);
    await this.check(JSON.stringify(move));
  }

  async check(after: string): Promise<void> {
    const end = Date.now() + this.#patience;
    for (;;) {
      const broken = [...this.#seen][0] ?? this.#broken();
      if (broken === undefined) return;
      if (this.#seen.size > 0 || Date.now() > end) throw new Error(`${broken}, after ${after}`);
      await wait(2);
    }
  }

  /** From now on every module is healthy and wanted. Somebody kills what runs; then each becomes ready again, or was removed. */
  async heal(): Promise<void> {
    const healthy = life([registers(), initialises()]);
    this.#lives = names.map(() => healthy);
    const killed = new Set(this.connections.flatMap((connection) => this.#signal(connection, 'SIGKILL')));
    for (const [index, connection] of this.connections.entries()) {
      if (connection.status.state === 'removed') continue;
      // An order may have named another module, which isn't there.
      if (this.#isElsewhere.has(index)) connection.update({ module: this.#modules[index] as Module });
      giveAndRemember(connection, this.memoryOf(connection.id), { order: 'enable' });
    }
    await Promise.all(this.connections.map((connection) => this.#comesBack(connection, killed)));
    await this.check('health');
  }

  /** Stops the manager, and looks for what is left. */
  async end(): Promise<void> {
    const stopped = this.manager.stop().then(() => true);
    const isStopped = await Promise.race([stopped, wait(4 * this.#patience, false)]);
    const left = this.connections.flatMap(({ id }) => processesOf(id));
    this.#witness.forget();
    // A statechart with a mistake may believe for ever in a process.
    for (const { actor } of this.connections) actor.stop();
    if (!isStopped) throw new Error('10. The manager does not stop');
    if (left.length > 0) throw new Error(`10. Processes are left: ${left.join(', ')}`);
  }

  async #happen(move: RealMove): Promise<void> {
    if (move.move === 'wait') return wait(move.by);
    const connection = this.connections[move.whom] as Connection;
    if (move.move === 'await') return this.#await(connection);
    if (move.move === 'order') return this.#give(move.whom, move.order);
    if (move.move === 'call') return makeCalls(connection, this.calls, ['echo', 'never'], 100);
    if (move.move === 'signal') return void this.#signal(connection, move.signal);
    const { news, back } = move;
    tellLate(connection, { news, back, at: Date.now(), witness: () => [] });
  }

  async #comesBack(connection: Connection, killed: ReadonlySet<number>): Promise<void> {
    const isBack = ({ state, pid }: Connection['status']): boolean =>
      state === 'removed' || (state === 'ready' && !killed.has(pid ?? 0));
    const isDone = (status: Connection['status']): boolean =>
      isBack(status) || status.state === 'misconfigured';
    const timeout = 4 * this.#patience;
    // A start that was under way may still have been the one of a module that wasn't healthy.
    if (!isBack(await connection.waitFor(isDone, { timeout }))) connection.enable();
    await connection.waitFor(isBack, { timeout });
  }

  #give(index: number, given: GivenOrder): void {
    const connection = this.connections[index] as Connection;
    if (given.order === 'update' && given.change.module !== undefined) this.#isElsewhere.add(index);
    giveAndRemember(connection, this.memoryOf(connection.id), given);
  }

  /** Until it is ready or nothing starts, but not for long. */
  async #await(connection: Connection): Promise<void> {
    const isThere = ({ state, next }: Connection['status']): boolean =>
      !['preparing', 'queued', 'spawning', 'registering', 'initialising'].includes(state) &&
      next !== 'toRestart';
    await connection.waitFor(isThere, { timeout: 400 }).catch(() => {});
  }

  #broken(): string | undefined {
    for (const { name, broken } of invariants) {
      const detail = broken(this);
      if (detail !== undefined) return `${name}: ${detail}`;
    }
    return undefined;
  }

  /** What must hold at once, in the very moment in which a status is told. */
  #look({ id, state, alive }: ManagerEvents['status']['status']): void {
    const own = childModules().filter(({ connection }) => connection === id);
    if (own.length > 1) this.#seen.add(`1. ${id}: ${own.length} processes live at once`);
    if (!alive && own.length > 0) this.#seen.add(`4. ${id}: ${state}, and a process lives`);
  }

  #signal({ id }: Connection, signal: NodeJS.Signals): number[] {
    const pids = childModules().flatMap(({ connection, pid }) => (connection === id ? [pid] : []));
    for (const pid of pids) process.kill(pid, signal);
    return pids;
  }

  #lifeOf(index: number, incarnation: number): Life {
    return lifeOf(this.#lives[index] as Lives, incarnation);
  }
}

let stages = 0;

function managerOf(options: ManagerOptions, machine?: typeof connectionMachine): Manager {
  if (machine === undefined) return createManager(options);
  const toModule = (module: Module | string): Module =>
    typeof module === 'string' ? nodeModule(module) : module;
  return new ManagerOf(options, { ...realFoundation, toModule, machine });
}
