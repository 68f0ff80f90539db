import * as fc from 'fast-check';
import type { Connection } from '../manager/connection.ts';
import type { ConnectionChange } from '../manager/connection-options.ts';
import {
  asksForTime,
  closesChannel,
  exits,
  failsInit,
  hangs,
  initialises,
  notifies,
  recovers,
  registers,
  reports,
  says,
  sends,
  unregisters,
  type Act,
} from './acts.ts';
import { life, type EndingRequest, type Life } from './life.ts';

/** An order to a connection, as plain data. */
export type GivenOrder =
  | { readonly order: 'enable' | 'disable' | 'restart' | 'remove' }
  | { readonly order: 'update'; readonly change: ConnectionChange };

/** Gives an order; what is rejected is rejected, and that is all. A removal isn't waited for. */
export function giveOrder(connection: Connection, given: GivenOrder): void {
  try {
    if (given.order === 'update') connection.update(given.change);
    else if (given.order === 'remove') void connection.remove();
    else connection[given.order]();
  } catch {
    // To be rejected is one of the outcomes an order may have.
  }
}

/** Orders in all kinds, `remove` excluded unless asked for: nothing follows it. */
export function anyOrder({ remove = false } = {}): fc.Arbitrary<GivenOrder> {
  const bare = fc.constantFrom('enable' as const, 'disable' as const, 'restart' as const);
  const change: fc.Arbitrary<ConnectionChange> = fc.oneof(
    fc.record({ config: fc.record({ n: fc.nat(9) }) }),
    fc.record({ label: fc.constantFrom('A', 'B') }),
    fc.constant({ module: 'another.js' }),
  );
  return fc.oneof(
    { weight: 4, arbitrary: bare.map((order) => ({ order })) },
    { weight: 2, arbitrary: change.map((to) => ({ order: 'update' as const, change: to })) },
    { weight: remove ? 1 : 0, arbitrary: fc.constant({ order: 'remove' as const }) },
  );
}

/** Times at which something tends to go wrong: none, moments, and either side of the default deadlines. Milliseconds. */
export function anyTime(): fc.Arbitrary<number> {
  return fc.constantFrom(0, 1, 20, 500, 1000, 2000, 5000, 7000, 10_000, 30_000, 60_000, 120_000);
}

/** Which lives and acts there are. */
export interface LifeChoice {
  /** Milliseconds between what happens. Default `anyTime()`. */
  readonly time?: fc.Arbitrary<number>;
  /** Whether only what a real process can do, so that `playedModule` can play it. Default false. */
  readonly real?: boolean;
}

/** Anything a process can do by itself, true or false, sensible or not. */
export function anyAct({ time = anyTime(), real = false }: LifeChoice = {}): fc.Arbitrary<Act> {
  const after = fc.option(time, { nil: undefined });
  const possible = real ? deeds.filter(({ does }) => does !== 'reports') : deeds;
  return fc
    .tuple(fc.constantFrom(...possible), after)
    .map(([act, ms]) => (ms === undefined ? act : { ...act, after: ms }));
}

/** The life of any process: mostly one that becomes ready and then does something else, sometimes one that does anything from the beginning. */
export function anyLife(choice: LifeChoice = {}): fc.Arbitrary<Life> {
  const { time = anyTime(), real = false } = choice;
  const tail = fc.array(anyAct(choice), { maxLength: 4 });
  const acts = fc.oneof(
    { weight: 3, arbitrary: tail.map((more) => [registers(), initialises(), ...more]) },
    { weight: 1, arbitrary: tail },
  );
  // Starting a process takes real time, so it is rarely for nothing.
  const sometimes = real ? rarely : optional;
  const fails = fc.record({
    message: fc.constant('it would not'),
    errno: fc.constantFrom('EAGAIN', 'ENOENT'),
  });
  return fc
    .record({
      acts,
      preparation: optional(fc.oneof(fc.record({ after: time }), fc.constant({ fails: 'no such file' }))),
      spawn: sometimes(
        real ? fc.record({ fails }) : fc.oneof(fc.record({ after: time }), fc.record({ fails })),
      ),
      deafTo: optional(
        fc.subarray<EndingRequest>(real ? ['stop', 'SIGTERM'] : ['stop', 'SIGTERM', 'SIGKILL']),
      ),
      endsAfter: optional(time),
      configure: optional(fc.constantFrom('needsRestart' as const, 'refuses' as const)),
    })
    .map(({ acts: own, ...rest }) => life(own, defined(rest)));
}

/** A life in which all goes well, at any speed. */
export function healthyLife(): fc.Arbitrary<Life> {
  const soon = fc.integer({ min: 0, max: 900 });
  return fc
    .tuple(soon, soon)
    .map(([registered, ready]) => life([registers({ after: registered }), initialises({ after: ready })]));
}

const deeds: readonly Act[] = [
  registers(),
  registers({ token: 'wrong' }),
  registers({ version: 99 }),
  initialises(),
  failsInit('no device'),
  failsInit('no address', { misconfigured: true }),
  asksForTime(20_000),
  notifies('dimmed', 30),
  notifies('$log', { level: 'info', message: 'hello' }),
  says('a line'),
  sends('not a frame'),
  hangs(),
  recovers(),
  unregisters(),
  closesChannel(),
  exits(0),
  exits(1),
  exits(78),
  exits('SIGKILL'),
  exits(1, { suddenly: true }),
  reports({ type: 'stop.answered' }),
  reports({ type: 'message.refused', detail: 'half a frame', fatal: true }),
];

function optional<T>(arbitrary: fc.Arbitrary<T>) {
  return fc.option(arbitrary, { nil: undefined, freq: 2 });
}

function rarely<T>(arbitrary: fc.Arbitrary<T>) {
  return fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
