import { describe, expect, it } from 'vitest';
import type { ConnectionEventType, ProcessNews } from '../../src/machines/connection-events.ts';
import type { DiscardReason } from '../../src/machines/connection-context.ts';
import type { PlayedConnection } from './played-connection.ts';
import { ending, startOf, withoutProcess, withProcess } from './situations.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type News = DistributiveOmit<ProcessNews, 'at' | 'incarnation'>;
type Make = () => PlayedConnection;

const message = { kind: 'notification', name: 'dimmed', early: true, frame: null } as const;
const kinds: readonly News[] = [
  { type: 'process.spawned', pid: 4713 },
  { type: 'process.spawnFailed', message: 'no', errno: 'EAGAIN', chance: 0.5 },
  { type: 'process.exited', code: 1, signal: null, lastWords: [], chance: 0.5 },
  { type: 'channel.closed' },
  { type: 'heartbeat.missed' },
  { type: 'heartbeat.answered' },
  { type: 'budget.exceeded', budget: 'memory', detail: 'too much' },
  { type: 'debugger.changed', debugger: 'attached' },
  { type: 'message.received', message },
  { type: 'message.refused', detail: 'no frame', fatal: true },
  { type: 'module.registered', tokenValid: false, versionSupported: false, detail: '' },
  { type: 'module.initialised' },
  { type: 'module.initFailed', message: 'no device', misconfigured: true },
  { type: 'module.extended', by: 60_000 },
  { type: 'module.configRefused', message: 'no', isAnswer: true },
  { type: 'module.restartNeeded' },
  { type: 'module.unregistered' },
  { type: 'stop.answered' },
];
/** What may be acted upon in another way than the rest of its kind. */
const variants: readonly News[] = [
  ...[0, 78].map(
    (code) => ({ type: 'process.exited', code, signal: null, lastWords: [], chance: 0.5 }) as const,
  ),
  { type: 'process.spawnFailed', message: 'no', errno: 'ENOENT', chance: 0.5 },
  { type: 'message.received', message: { ...message, kind: 'response' } },
  { type: 'message.refused', detail: 'no JSON', fatal: false },
];
const starts = [
  { type: 'preparation.succeeded' },
  { type: 'preparation.failed', message: 'gone' },
  { type: 'slot.granted' },
] as const;

const everywhere = Object.entries({ ...withoutProcess, ...withProcess, ...ending });
const duringStart = ['module.initialised', 'module.initFailed', 'module.extended', 'module.unregistered'];
const never = ['module.configRefused', 'module.restartNeeded', 'heartbeat.missed', 'heartbeat.answered'];
const registered = ['process.spawned', 'module.registered'];
const onceReady = ['module.initFailed', 'module.extended', 'process.spawnFailed', 'stop.answered'];
const overdue = [
  'module.registered',
  'module.initialised',
  'module.initFailed',
  'module.extended',
  ...never,
  'budget.exceeded',
];
const done = [...overdue, 'message.received', 'module.unregistered', 'stop.answered'];

/** What a living process has no reason to say, or has said before; all else is acted upon. */
const discarded: Readonly<Record<string, Partial<Record<DiscardReason, readonly string[]>>>> = {
  spawning: {
    unexpected: [...duringStart, ...never, 'budget.exceeded', 'module.registered', 'stop.answered'],
  },
  registering: {
    duplicate: ['process.spawned'],
    unexpected: [...duringStart, ...never, 'process.spawnFailed', 'stop.answered'],
  },
  takingOver: { unexpected: [...duringStart, ...never, 'stop.answered'] },
  initialising: { duplicate: registered, unexpected: [...never, 'process.spawnFailed', 'stop.answered'] },
  ready: { duplicate: [...registered, 'module.initialised'], unexpected: onceReady },
  suspect: { duplicate: [...registered, 'module.initialised'], unexpected: onceReady },
  'leaving, to recover': { stale: done },
  'asking, to restart': { stale: overdue },
  'asking, to be disabled': { stale: overdue },
  'terminating, to recover': { stale: done },
  'terminating, to be disabled': { stale: done },
  'killing, to be removed': { stale: done },
  'stuck, to restart': { stale: done },
};

describe('what is over', () => {
  it.each(everywhere)('is counted as stale and changes nothing (%s)', (_, make) => {
    const connection = make();
    for (const news of [...kinds, ...variants]) expectDiscard(connection, news, 'stale', -1);
    for (const news of starts) {
      expectDiscard(connection, { ...news, start: startOf(connection) - 1 }, 'stale');
    }
  });

  it('is the word that another was initialised, also if the config has changed meanwhile', () => {
    const connection = make('initialising').send({ type: 'configure', config: true, module: false });
    expectDiscard(connection, { type: 'module.initialised' }, 'stale', -1);
  });

  it.each(Object.entries(withoutProcess))('is all that a process can say that is gone (%s)', (_, make) => {
    const connection = make();
    for (const news of kinds) expectDiscard(connection, news, 'stale');
  });

  it.each(everywhere.filter(([name]) => !['preparing', 'replacing', 'queued'].includes(name)))(
    'is every start but one that is under way (%s)',
    (_, make) => {
      const connection = make();
      for (const news of starts) expectDiscard(connection, { ...news, start: startOf(connection) }, 'stale');
    },
  );

  it('is a slot that was granted before it was asked for, and a preparation after it', () => {
    const preparing = withoutProcess.preparing();
    expectDiscard(preparing, { type: 'slot.granted', start: startOf(preparing) }, 'stale');
    const replacing = withoutProcess.replacing();
    expectDiscard(replacing, { type: 'slot.granted', start: startOf(replacing) }, 'stale');
    const queued = withoutProcess.queued();
    for (const news of starts.slice(0, 2)) {
      expectDiscard(queued, { ...news, start: startOf(queued) }, 'stale');
    }
  });
});

describe('what has its place', () => {
  it.each(['initialising', 'ready', 'suspect', 'asking, to restart'])(
    'is delivered if it is a message (%s)',
    (situation) => {
      const connection = make(situation).news({ type: 'message.received', message });
      expect(connection.orders.at(-1)).toEqual({ type: 'deliver', message });
      expect(connection.emitted).toEqual([]);
    },
  );

  it.each(['spawning', 'registering', 'takingOver'])('is held if it may come early (%s)', (situation) => {
    const connection = make(situation).news({ type: 'message.received', message });
    expect(connection.orders.at(-1)).toEqual({ type: 'hold', message });
    expect(connection.actor.getSnapshot().context.held).toBe(1);
  });
});

describe('what has no place', () => {
  const cases = Object.entries(discarded).flatMap(([situation, reasons]) =>
    Object.entries(reasons).map(([reason, types]) => [situation, reason as DiscardReason, types] as const),
  );

  it.each(cases)('is discarded while %s as %s', (situation, reason, types) => {
    const connection = make(situation);
    for (const news of kinds.filter(({ type }) => types.includes(type))) {
      expectDiscard(connection, news, reason);
    }
  });

  it.each(Object.keys(discarded))('is discarded as malformed if it is no message (%s)', (situation) => {
    const refused = { type: 'message.refused', detail: 'no JSON', fatal: false } as const;
    expectDiscard(make(situation), refused, 'malformed');
  });

  it.each(['spawning', 'registering', 'takingOver'])(
    'is a message that may not come early (%s)',
    (situation) => {
      const news = { type: 'message.received', message: { ...message, early: false } } as const;
      expectDiscard(make(situation), news, 'unexpected');
    },
  );

  it.each(['initialising', 'ready', 'suspect', 'asking, to restart'])(
    'is an answer to no call (%s)',
    (situation) => {
      const answer = { ...message, kind: 'response' } as const;
      expectDiscard(make(situation), { type: 'message.received', message: answer }, 'unexpected');
    },
  );

  it('is no second time the same as the end of what is being ended', () => {
    for (const situation of Object.keys(ending)) {
      const connection = make(situation);
      const before = all(connection);
      connection.news({ type: 'channel.closed' });
      if (situation.startsWith('asking')) connection.news({ type: 'module.unregistered' });
      expect(all(connection)).toEqual(before);
    }
  });
});

function make(situation: string): PlayedConnection {
  return ({ ...withProcess, ...ending } as Record<string, Make>)[situation]!();
}

/** It is counted, told once to those who listen, and that is all that happens. */
function expectDiscard(
  connection: PlayedConnection,
  news: { readonly type: ConnectionEventType; readonly [key: string]: unknown },
  reason: DiscardReason,
  age = 0,
): void {
  const before = all(connection);
  const told = connection.emitted.length;
  const incarnation = connection.status.incarnation + age;
  const event = 'start' in news ? news : { ...news, incarnation };
  connection.send(event as never);
  const counted = { ...before.discarded, [reason]: before.discarded[reason] + 1 };
  expect({ news: news.type, ...all(connection) }).toEqual({
    news: news.type,
    ...before,
    discarded: counted,
  });
  const at = connection.clock.now();
  const told1 = { type: 'discarded', reason, incarnation, event: { ...event, at } };
  expect(connection.emitted.slice(told)).toEqual([told1]);
}

/** Everything about a connection that somebody could notice, but for what it tells those who listen. */
function all({ actor, clock, told, slot, processes }: PlayedConnection) {
  const { value, context } = actor.getSnapshot();
  const { discarded: counts, ...rest } = context;
  const timers = clock.timers.map(({ due }) => due);
  return { value, rest, discarded: counts, told: [...told], slot: [...slot], timers, alive: processes.size };
}
