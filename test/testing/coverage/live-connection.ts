import { fromCallback, type AnyActorRef } from 'xstate';
import type { Clock } from '../../../src/clock.ts';
import { defaultChannelLimits } from '../../../src/ipc/channel.ts';
import { connectionMachine } from '../../../src/machines/connection.ts';
import type { ConnectionInput } from '../../../src/machines/connection-context.ts';
import { defaultPolicy } from '../../../src/machines/policy.ts';
import { nativeProtocol } from '../../../src/native/protocol.ts';
import type { IncarnationNews } from '../../../src/process/conversation.ts';
import { defaultProcessLimits, type IncarnationHost } from '../../../src/process/host.ts';
import { FakeProcesses } from '../../../src/testing/fake-processes.ts';
import { life } from '../../../src/testing/life.ts';
import { VirtualClock, type VirtualTimer } from '../../../src/testing/virtual-clock.ts';
import { createPlayedActor } from '../../machines/create-played-actor.ts';
import { keyOf } from './paths.ts';
import { samples, type Sample } from './samples.ts';

const sampleNamed = new Map(samples.map((sample) => [sample.name, sample]));

// It does nothing by itself and ignores all signals: whatever happens to it, the path says.
const puppet = life([], { spawn: { after: 1 }, deafTo: ['stop', 'SIGTERM', 'SIGKILL'] });

/** A live connection with a live fake process; preparation and start slot are played by the path. */
export class LiveConnection {
  readonly #timers = new VirtualClock();
  readonly #named = new Map<string, VirtualTimer>();
  readonly #spawns = new VirtualClock();
  readonly #processes = new FakeProcesses(() => puppet);
  readonly #actor;

  constructor(input: ConnectionInput) {
    const played = fromCallback(() => {});
    const actors = { preparation: played, slot: played, process: this.#processes.logic(this.#host()) };
    this.#actor = createPlayedActor(connectionMachine, actors, { input, clock: this.#namingClock() });
    this.#actor.subscribe({ error: () => {} });
    this.#actor.start();
  }

  /** Where it is, as `keyOf` says. */
  get key(): string {
    return keyOf({ snapshot: this.#actor.getSnapshot(), timers: pendingTimers(this.#actor) });
  }

  /** Lets one event of a path happen: an order, news, or a timer by its name. */
  perform(name: string): void {
    const sample = sampleNamed.get(name);
    if (sample === undefined) this.#timers.fire(this.#named.get(name));
    else if (sample.news === undefined) this.#send(sample);
    else this.#happen(sample, sample.news);
  }

  /** What is wrong between the statechart and the processes there are; undefined if nothing. */
  broken(): string | undefined {
    const { living } = this.#processes;
    const snapshot = this.#actor.getSnapshot();
    if (living.length > 1) return `${living.length} processes live`;
    if (living.length === 1 && !snapshot.hasTag('alive')) return 'a process lives on';
    const { pid } = snapshot.context;
    return pid !== null && living[0]?.pid !== pid ? 'it claims a process that is gone' : undefined;
  }

  stop(): void {
    this.#actor.stop();
  }

  // News of the process comes from the process, if it can: it reports, spawns or exits.
  #happen(sample: Sample, news: IncarnationNews): void {
    const [process] = this.#processes.living;
    const isSpawning = this.#spawns.pending > 0;
    if (news.type === 'process.spawned' && isSpawning) this.#spawns.advance(1);
    else if (process === undefined) this.#send(sample);
    else if (news.type === 'process.exited') {
      process.does({ does: 'exits', with: news.code ?? 'SIGKILL', suddenly: true });
    } else process.does({ does: 'reports', news: withPid(news, process.pid) });
  }

  #send(sample: Sample): void {
    this.#actor.send(sample.event(this.#actor.getSnapshot().context) as never);
  }

  #namingClock(): Clock {
    return {
      now: this.#timers.now,
      clearTimeout: this.#timers.clearTimeout,
      setTimeout: (callback, milliseconds) => {
        const timer = this.#timers.setTimeout(callback, milliseconds);
        // XState writes a timer down before it starts it.
        const name = pendingTimers(this.#actor).at(-1)?.id;
        if (name !== undefined) this.#named.set(name, timer);
        return timer;
      },
    };
  }

  #host() {
    const clock: Clock = {
      now: () => this.#actor.getSnapshot().context.since + 1,
      setTimeout: (callback, milliseconds) => this.#spawns.setTimeout(callback, milliseconds),
      clearTimeout: (timer) => this.#spawns.clearTimeout(timer),
    };
    return { clock, incarnation: () => incarnation };
  }
}

function pendingTimers(actor: AnyActorRef) {
  const { _scheduledEvents: events } = actor.system.getSnapshot();
  return Object.values(events).filter(({ source }) => source === actor);
}

function withPid(news: IncarnationNews, pid: number): IncarnationNews {
  return news.type === 'process.spawned' ? { ...news, pid } : news;
}

const nothing = (): void => {};

const incarnation: IncarnationHost = {
  launch: {
    file: 'a fake process',
    args: [],
    cwd: '.',
    env: {},
    channel: 'node',
    protocol: nativeProtocol(),
    environment: () => ({}),
  },
  environment: () => ({}),
  limits: { ...defaultChannelLimits, ...defaultProcessLimits },
  // Heartbeats are missed and answered when the path says so.
  heartbeatInterval: 0,
  budgets: defaultPolicy,
  onResources: nothing,
  onExcess: nothing,
  app: { call: () => Promise.resolve(), notify: nothing },
  settings: () => ({ label: 'Lamp', config: {}, secrets: {}, isFirstInit: false }),
  onTold: nothing,
  onOutput: nothing,
  onOutputDropped: nothing,
  onOpen: nothing,
  onClose: nothing,
  loss: (cause) => new Error(cause) as never,
};
