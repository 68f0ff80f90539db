import { expect } from 'vitest';
import {
  createManager,
  type Connection,
  type ConnectionStatus,
  type ManagerOptions,
} from '../../../src/index.ts';
import {
  failsInit,
  initialises,
  life,
  registers,
  VirtualClock,
  type Act,
} from '../../../src/testing/index.ts';
import { remoteModule } from '../../../src/testing/played/module.ts';
import type { Remote } from '../../../src/testing/played/remote.ts';
import { processesOf } from '../../faults/operating-system.ts';
import { childModules } from '../real-lives/children.ts';
import { after, beginning, processes, type Happening, type Situation, type Word } from './model.ts';
import type { Path } from './paths.ts';

/** The policy that the model assumes; `kill` is never over, so that only the operating system ends a wait for the end. */
const policy: NonNullable<ManagerOptions['policy']> = {
  deadlines: { register: 50, init: 50, ask: 20, terminate: 20, kill: 1e9 },
  backoff: { initial: 30, most: 30, jitter: 0, forgetAfter: 1e9 },
  intensity: { crashes: 1, period: 1e9, probe: 60 },
  heartbeat: { interval: 10, suspectAfter: 2, putDownAfter: 4 },
};

// It does nothing by itself, and nothing it is asked to.
const puppet = life([], { deafTo: ['stop', 'SIGTERM'] });

/** Takes a path with real processes; after each step, what is shown and what the operating system says must be what the model says. */
export async function take(path: Path, remote: Remote): Promise<void> {
  const user = new User(remote);
  try {
    for (const happening of path) await user.sees(happening);
  } finally {
    await user.leaves();
  }
}

class User {
  readonly #clock = new VirtualClock();
  readonly #manager = createManager({ clock: this.#clock, policy, launcher: false });
  readonly #connection: Connection;
  readonly #remote: Remote;
  readonly #shown = new Set<string>();
  readonly #story: string[] = [];
  #situation: Situation = beginning;

  constructor(remote: Remote) {
    this.#remote = remote;
    users += 1;
    this.#connection = this.#manager.add({
      id: `usage-${process.pid}-${users}`,
      module: remoteModule(puppet, { remote: remote.socket }),
      config: {},
      enabled: false,
    });
    this.#connection.subscribe((status) => {
      this.#shown.add(wordOf(status));
      this.#count(status.alive ? 1 : 0);
    });
  }

  async sees(happening: Happening): Promise<void> {
    const before = this.#situation.word;
    const { incarnation } = this.#connection.status;
    const next = after(this.#situation, happening) as Situation;
    this.#situation = next;
    this.#story.push(`${happening}: ${next.word}`);
    this.#shown.clear();
    await this.#happens(happening);
    // It may start when it crashes, and start again.
    const isAnother = happening === 'the module crashes' && next.word === 'starting';
    await this.#until(
      () =>
        wordOf(this.#connection.status) === next.word &&
        (!isAnother || this.#connection.status.incarnation > incarnation),
    );
    await this.#isAsPromised(next.word);
    const allowed = new Set<string>([before, next.word, ...passing(happening, next.word)]);
    expect(
      [...this.#shown].filter((word) => !allowed.has(word)),
      this.#told,
    ).toEqual([]);
  }

  /** Whatever it was, it ends with the app. */
  async leaves(): Promise<void> {
    const stopped = this.#manager.stop({ force: true });
    await stopped;
    expect(processesOf(this.#connection.id)).toEqual([]);
  }

  async #isAsPromised(word: Word): Promise<void> {
    const { incarnation, pid } = this.#connection.status;
    this.#count(processes[word]);
    // While a process becomes another program, its environment can't be read for a moment.
    await this.#until(() => this.#pids().join() === (pid === null ? '' : String(pid)));
    expect(this.#manager.has(this.#connection.id), this.#told).toBe(word !== 'removed');
    if (word === 'starting') await this.#remote.present(this.#connection.id, incarnation);
  }

  #happens(happening: Happening): Promise<void> | void {
    const { id, status } = this.#connection;
    const does = (act: Act): Promise<void> => this.#remote.does(id, status.incarnation, act);
    switch (happening) {
      case 'somebody turns it on':
        return this.#orders(() => this.#connection.enable());
      case 'somebody turns it off':
        return this.#orders(() => this.#connection.disable());
      case 'somebody restarts it':
        return this.#orders(() => this.#connection.restart());
      case 'somebody removes it':
        return this.#orders(() => void this.#connection.remove());
      case 'somebody changes its config':
        return this.#orders(() => this.#connection.update({ config: { changed: true } }));
      case 'the module introduces itself':
        return does(registers());
      case 'the module is set up':
        return does(initialises());
      case 'the module can’t be set up':
        return does(failsInit('no device'));
      case 'the module says that its config is wrong':
        return does(failsInit('no address', { misconfigured: true }));
      case 'the module crashes':
      case 'the process ends':
        return this.#signal('SIGKILL');
      case 'the module stops answering':
        this.#signal('SIGSTOP');
        return this.#timePasses();
      case 'the module answers again':
        return this.#signal('SIGCONT');
      case 'time passes':
        return this.#timePasses();
    }
  }

  /** From timer to timer, until something else is shown; a process that is being killed needs no time of this clock. */
  async #timePasses(): Promise<void> {
    const before = wordOf(this.#connection.status);
    for (let timers = 0; timers < 50; timers += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const { status } = this.#connection;
      if (wordOf(status) !== before || status.step === 'killing' || !this.#clock.fire()) return;
    }
  }

  /** To be refused is one of the outcomes an order may have. */
  #orders(give: () => void): void {
    try {
      give();
    } catch (error) {
      expect(error, this.#told).toMatchObject({ code: 'ORDER_REJECTED' });
    }
  }

  #signal(signal: NodeJS.Signals): void {
    for (const pid of this.#pids()) process.kill(pid, signal);
  }

  async #until(condition: () => boolean): Promise<void> {
    const end = Date.now() + 10_000;
    while (!condition()) {
      if (Date.now() > end)
        throw new Error(
          `It is ${wordOf(this.#connection.status)} with ${this.#pids().length} processes (${this.#told})`,
        );
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Never more processes than these. */
  #count(atMost: number): void {
    expect(this.#pids().length, this.#told).toBeLessThanOrEqual(atMost);
  }

  #pids(): number[] {
    return childModules().flatMap(({ connection, pid }) => (connection === this.#connection.id ? [pid] : []));
  }

  get #told(): string {
    return this.#story.map((step, index) => `${index + 1}. ${step}`).join('; ');
  }
}

let users = 0;

/** What may be shown for a moment on the way to a word. */
type PassingWord = 'about to start' | 'lost';

function passing(happening: Happening, next: Word): PassingWord[] {
  return [
    ...(next === 'starting' ? (['about to start'] as const) : []),
    ...(happening === 'the module crashes' ? (['lost'] as const) : []),
  ];
}

/** What is shown, in the user's words. */
function wordOf({ state, next, step }: ConnectionStatus): Word | PassingWord {
  // Its channel is closed, and its exit not known yet.
  if (state === 'puttingDown' && step === 'leaving') return 'lost';
  return state === 'stopping' ? endings[next ?? 'toDisable'] : words[state];
}

const words = {
  disabled: 'off',
  preparing: 'about to start',
  replacing: 'about to start',
  queued: 'about to start',
  spawning: 'about to start',
  registering: 'starting',
  takingOver: 'starting',
  initialising: 'setting up',
  ready: 'ready',
  suspect: 'troubled',
  puttingDown: 'being put down',
  backingOff: 'waiting for the next try',
  failed: 'given up',
  misconfigured: 'wrong configuration',
  removed: 'removed',
} as const;

const endings = {
  toDisable: 'stopping',
  toRestart: 'restarting',
  toRemove: 'being removed',
  toRecover: 'being put down',
} as const;
