import { fromCallback } from 'xstate';
import type { ProcessLogic, ProcessInput } from '../machines/connection-actors.ts';
import type { ProcessOrder } from '../machines/connection-events.ts';
import type { Processes } from '../manager/foundation.ts';
import { contained, type IncarnationNews } from '../process/conversation.ts';
import type { ProcessHost } from '../process/host.ts';
import { FakeProcess } from './fake-process.ts';
import type { Life } from './life.ts';

type Host = Omit<ProcessHost, 'registry'>;

/** The fake operating system of one test manager: it starts fake processes and knows which of them live. */
export class FakeProcesses implements Processes {
  readonly #lifeOf: (connection: string, incarnation: number) => Life;
  readonly #all: FakeProcess[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #starts = new Map<string, number>();
  #lastPid = 10_000_000;
  #areOver = false;
  #areUnwanted = false;

  constructor(lifeOf: (connection: string, incarnation: number) => Life) {
    this.#lifeOf = lifeOf;
  }

  /** All there were, in the order in which they were started. */
  get all(): readonly FakeProcess[] {
    return this.#all;
  }

  get living(): readonly FakeProcess[] {
    return this.#all.filter(({ isAlive }) => isAlive);
  }

  /** How many processes of a connection the statechart has asked for, whether they came to be or not. */
  startsOf(connection: string): number {
    return this.#starts.get(connection) ?? 0;
  }

  readonly registry = {
    kill: (connection: string): void => {
      for (const process of this.living) if (process.connection === connection) process.end('SIGKILL');
    },
    killAll: (): void => {
      this.#areUnwanted = true;
      for (const process of this.living) process.end('SIGKILL');
    },
    gone: (): Promise<void> =>
      this.living.length === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve)),
  };

  /** What doesn't exist outlives nobody. */
  readonly guards = {
    status: { parentDeathSignal: 'off', janitor: 'off', search: 'off', watchdog: 'off' },
    end: () => Promise.resolve(),
  } as const;

  readonly launcher = {
    status: { state: 'off', pid: null, deaths: 0 },
    end: () => Promise.resolve(),
  } as const;

  /** Every process ends now, whatever it is deaf to; one that is being started ends as soon as it is there. */
  endAll(): void {
    this.#areOver = true;
    for (const process of this.living) process.does({ does: 'exits', with: 'SIGKILL' });
  }

  logic(host: Host): ProcessLogic {
    return fromCallback<ProcessOrder, ProcessInput>(({ input, receive, sendBack }) => {
      const start = this.#start(host, input, (news) =>
        sendBack({ ...news, incarnation: input.incarnation, at: host.clock.now() }),
      );
      receive((order) => start.obey(order));
      return () => start.abandon();
    });
  }

  #start(host: Host, input: ProcessInput, send: (news: IncarnationNews) => void) {
    let process: FakeProcess | undefined;
    let isOver = false;
    const early: ProcessOrder[] = [];
    const report = (news: IncarnationNews): void => {
      if (isOver) return;
      const neverWas = news.type === 'process.spawnFailed' && process === undefined;
      isOver = news.type === 'process.exited' || neverWas;
      send(news);
    };
    const spawn = (life: Life): void => {
      // Nobody waits for it any more.
      if (isOver) return;
      process = this.#spawn(host, input, life, report);
      for (const order of early) process.obey(order);
    };
    this.#starts.set(input.connectionId, input.incarnation);
    attempt(() => {
      const life = this.#lifeOf(input.connectionId, input.incarnation);
      beginSpawn(host, life, () => spawn(life), report);
    }, report);
    return {
      obey: (order: ProcessOrder): void => {
        // A signal to a process that is being started reaches it when it is there; nothing else does.
        if (process === undefined && order.type === 'signal') early.push(order);
        contained(report, `The order ${order.type} could not be carried out`, () => process?.obey(order));
      },
      abandon: (): void => {
        if (isOver) return;
        isOver = true;
        process?.end('SIGKILL');
      },
    };
  }

  #spawn(host: Host, input: ProcessInput, life: Life, report: (news: IncarnationNews) => void): FakeProcess {
    const { connectionId, incarnation } = input;
    this.#lastPid += 1;
    const process = new FakeProcess({
      identity: { connectionId, incarnation, token: `token of ${connectionId}, ${incarnation}` },
      pid: this.#lastPid,
      life,
      clock: host.clock,
      host: host.incarnation(connectionId),
      report,
      onEnd: () => {
        if (this.living.length === 0) for (const resolve of this.#waiting.splice(0)) resolve();
      },
    });
    this.#all.push(process);
    if (this.#areUnwanted) process.end('SIGKILL');
    if (this.#areOver) this.endAll();
    return process;
  }
}

function beginSpawn(
  { clock }: Host,
  { spawn = {} }: Life,
  onSpawned: () => void,
  report: (news: IncarnationNews) => void,
): void {
  if (spawn === 'never') return;
  const { after, fails } = spawn;
  const settle = (): void => {
    if (fails === undefined) return attempt(onSpawned, report);
    report({ type: 'process.spawnFailed', message: fails.message, errno: fails.errno ?? null, chance: 0.5 });
  };
  if (after === undefined) settle();
  else clock.setTimeout(settle, after);
}

function attempt(action: () => void, report: (news: IncarnationNews) => void): void {
  try {
    action();
  } catch (error) {
    const message = `The start could not be set up: ${error instanceof Error ? error.message : String(error)}`;
    report({ type: 'process.spawnFailed', message, errno: null, chance: 0.5 });
  }
}
