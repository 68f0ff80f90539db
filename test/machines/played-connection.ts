import { fromCallback, type EventObject } from 'xstate';
import { connectionMachine } from '../../src/machines/connection.ts';
import type { ConnectionEvent, ProcessNews, ProcessOrder } from '../../src/machines/connection-events.ts';
import type { ProcessInput, StartInput } from '../../src/machines/connection-actors.ts';
import type { ConnectionEmitted } from '../../src/machines/connection-setup.ts';
import { defaultPolicy, type ConnectionPolicy } from '../../src/machines/policy.ts';
import { statusOf } from '../../src/machines/status.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createPlayedActor } from './create-played-actor.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Told = DistributiveOmit<ConnectionEvent, 'at'>;
type News = DistributiveOmit<ProcessNews, 'at' | 'incarnation'>;

/** The real chart on a turned clock; the test plays the preparation, the slot and the process. */
export class PlayedConnection {
  readonly clock = new VirtualClock();
  readonly orders: ProcessOrder[] = [];
  readonly emitted: ConnectionEmitted[] = [];
  readonly slot: string[] = [];
  readonly processes = new Set<number>();
  /** What each preparation was asked for. */
  readonly prepared: StartInput[] = [];
  /** For each process the pid of the spare that it was; null if it was started. */
  readonly taken: (number | null | undefined)[] = [];
  readonly actor;

  constructor(policy: Partial<ConnectionPolicy> = {}) {
    const actors = {
      preparation: fromCallback<EventObject, StartInput>(({ input }) => void this.prepared.push(input)),
      slot: fromCallback(({ receive }) => {
        receive(({ type }) => this.slot.push(`${type.replace(/e$/, '')}ed`));
        return () => this.slot.push('ended');
      }),
      process: fromCallback<ProcessOrder, ProcessInput>(({ input, receive }) => {
        this.processes.add(input.incarnation);
        this.taken.push(input.spare);
        receive((order) => this.orders.push(order));
        return () => this.processes.delete(input.incarnation);
      }),
    };
    this.actor = createPlayedActor(connectionMachine, actors, {
      clock: this.clock,
      input: { id: 'lamp', label: 'Lamp', policy: { ...defaultPolicy, ...policy }, at: this.clock.now() },
    });
    this.actor.subscribe({ error: () => {} });
    this.actor.on('*', (event) => this.emitted.push(event));
    this.actor.start();
  }

  get status() {
    return statusOf(this.actor.getSnapshot());
  }

  get told(): string[] {
    return this.orders.map(({ type }) => type);
  }

  send(event: Told): this {
    this.actor.send({ ...event, at: this.clock.now() });
    return this;
  }

  /** News of an incarnation; of the current one unless told otherwise. */
  news(event: News, incarnation = this.status.incarnation): this {
    return this.send({ ...event, incarnation });
  }

  spawning(): this {
    this.send({ type: 'enable' });
    return this.slotted();
  }

  slotted(): this {
    const start = this.actor.getSnapshot().context.starts;
    this.send({ type: 'preparation.succeeded', start });
    return this.send({ type: 'slot.granted', start });
  }

  registering(): this {
    return this.spawning().news({ type: 'process.spawned', pid: 4711 });
  }

  register(): this {
    return this.news({ type: 'module.registered', tokenValid: true, versionSupported: true, detail: '' });
  }

  initialising(): this {
    return this.registering().register();
  }

  ready(): this {
    return this.initialising().news({ type: 'module.initialised' });
  }

  readyAgain(): this {
    this.slotted().news({ type: 'process.spawned', pid: 4712 });
    return this.register().news({ type: 'module.initialised' });
  }

  exit(code: number | null = 1, signal: string | null = null, incarnation = this.status.incarnation): this {
    const lastWords = ['I am done'];
    return this.news({ type: 'process.exited', code, signal, lastWords, chance: 0.5 }, incarnation);
  }
}
