import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import {
  createManager,
  type Connection,
  type ConnectionOptions,
  type Manager,
  type ManagerOptions,
} from '../../src/index.ts';
import { builtPath } from '../built.ts';
import { Journal } from './journal.ts';
import { processesMarked } from './operating-system.ts';
import { WatchedClock } from './watched-clock.ts';

/** Endings are quick, waits between starts short and exact, and no heartbeat disturbs; a test shortens the deadline it is about. */
const shortPolicy = {
  deadlines: { leave: 300, ask: 500, terminate: 300, kill: 2000 },
  backoff: { initial: 50, most: 400, jitter: 0 },
  heartbeat: { interval: 0 },
} as const;

// `LAUNCHER=1 npx vitest run test/faults` lets a launcher start everything.
const made = process.env['LAUNCHER'] === '1' ? await createBuiltManager() : createManager;

/** A manager whose every word is kept and whose invariants are checked all the time. */
export interface Stage extends AsyncDisposable {
  readonly manager: Manager;
  readonly clock: WatchedClock;
  readonly journal: Journal;
  /** Adds a connection with an id that no other test has. A text without a slash names a program in `fixtures`. */
  add(
    module: ConnectionOptions['module'],
    options?: Omit<Partial<ConnectionOptions>, 'id' | 'module'>,
  ): Connection;
}

interface StageOptions extends ManagerOptions {
  /** After so long it stops everything, because what the test waits for doesn't come. Milliseconds, default 20 000. */
  readonly patience?: number;
}

/** Makes a manager with short deadlines. Disposing it stops everything, and fails when an invariant was broken or a process is left. */
export function createStage({ patience = 20_000, ...options }: StageOptions = {}, make = made): Stage {
  const clock = new WatchedClock();
  const policy = merged(shortPolicy, options.policy);
  const manager = make({ clock, launcher: make !== createManager, ...options, policy });
  const journal = new Journal(manager);
  const mark = `${process.pid}-${(stages += 1)}`;
  const sampler = setInterval(() => journal.checkProcesses(), 20);
  // A test that waits for what never comes fails before its own deadline, and its processes are gone.
  const watchdog = setTimeout(() => {
    journal.violations.add('the test took too long');
    void manager.stop({ force: true });
  }, patience);
  return {
    manager,
    clock,
    journal,
    add(module, connection = {}) {
      const name = typeof module === 'string' ? module : 'connection';
      const id = `${name.replace(/^.*\/|\.js$/g, '')}-${process.pid}-${(created += 1)}`;
      return manager.add({
        ...connection,
        env: { ...connection.env, STAGE: mark },
        id,
        module: typeof module === 'string' ? fixture(module) : module,
      });
    },
    async [Symbol.asyncDispose]() {
      await manager.stop();
      clearInterval(sampler);
      clearTimeout(watchdog);
      expect([...journal.violations]).toEqual([]);
      expect(processesMarked('STAGE', mark)).toEqual([]);
    },
  };
}

/** The same, whose processes are started by a launcher. */
export async function createLaunchedStage(options: ManagerOptions = {}): Promise<Stage> {
  return createStage(options, await createBuiltManager());
}

/** A launcher is a program of its own, and so needs what was built. */
async function createBuiltManager(): Promise<typeof createManager> {
  const built = pathToFileURL(join(await builtPath(), 'index.js')).href;
  return ((await import(built)) as { createManager: typeof createManager }).createManager;
}

/** The path of a program in `fixtures`. */
export function fixture(name: string): string {
  return name.includes('/') ? name : join(import.meta.dirname, 'fixtures', name);
}

let created = 0;
let stages = 0;

type Policy = NonNullable<ManagerOptions['policy']>;

function merged(base: Policy, changes: Policy = {}): Policy {
  return {
    ...base,
    ...changes,
    deadlines: { ...base.deadlines, ...changes.deadlines },
    backoff: { ...base.backoff, ...changes.backoff },
    heartbeat: { ...base.heartbeat, ...changes.heartbeat },
  };
}
