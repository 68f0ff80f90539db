import { describe, expect, it } from 'vitest';
import { noFailures } from '../../src/machines/connection-context.ts';
import { defaultPolicy } from '../../src/machines/policy.ts';
import { PlayedConnection } from './played-connection.ts';
import { ending, startOf, withoutProcess, withProcess } from './situations.ts';

type Make = () => PlayedConnection;

const deadlines = {
  prepare: 11,
  spawn: 12,
  register: 13,
  init: 14,
  initAtMost: 100,
  leave: 15,
  ask: 16,
  terminate: 17,
  kill: 18,
};
const lamp = (): PlayedConnection =>
  new PlayedConnection({
    deadlines: { ...defaultPolicy.deadlines, ...deadlines },
    backoff: { ...defaultPolicy.backoff, initial: 19, forgetAfter: 21 },
    intensity: { crashes: 1, period: 1000, probe: 20 },
  });
const replacing = (): PlayedConnection => lamp().ready().send({ type: 'spare.changed', pid: 4712 }).exit();
const takingOver = (): PlayedConnection => {
  const connection = replacing();
  return connection.send({ type: 'preparation.succeeded', start: startOf(connection) });
};
const restarting = (): PlayedConnection => lamp().ready().send({ type: 'restart' });

/** How long each state lasts if nothing happens, and what follows. */
const waits: readonly (readonly [string, Make, number, object])[] = [
  ['preparing', () => lamp().send({ type: 'enable' }), 11, { state: 'backingOff' }],
  ['spawning', () => lamp().spawning(), 12, { state: 'puttingDown', step: 'terminating' }],
  ['registering', () => lamp().registering(), 13, { state: 'puttingDown', step: 'terminating' }],
  ['taking over', takingOver, 13, { state: 'puttingDown', step: 'terminating' }],
  ['replacing', replacing, 11, { state: 'preparing' }],
  ['initialising', () => lamp().initialising(), 14, { state: 'puttingDown', step: 'terminating' }],
  ['leaving', () => lamp().ready().news({ type: 'channel.closed' }), 15, { step: 'terminating' }],
  ['asking', restarting, 16, { step: 'terminating' }],
  ['terminating', () => after(restarting(), 16), 17, { step: 'killing' }],
  ['killing', () => after(restarting(), 16, 17), 18, { step: 'stuck' }],
  ['backing off', () => lamp().registering().exit(), 19, { state: 'preparing' }],
  ['failed', () => lamp().ready().exit().readyAgain().exit(), 20, { state: 'preparing' }],
];

describe('patience', () => {
  it.each(waits)('ends when the policy says so, and not before (%s)', (_, make, wait, next) => {
    const connection = make();
    const { state, step, deadlineAt, nextRetryAt } = connection.status;
    expect(deadlineAt ?? nextRetryAt).toBe(connection.clock.now() + wait);
    connection.clock.advance(wait - 1);
    expect(connection.status).toMatchObject({ state, step });
    connection.clock.advance(1);
    expect(connection.status).toMatchObject(next);
  });

  it.each(Object.entries({ ...withoutProcess, ...withProcess, ...ending }))(
    'is limited by one timer at most, beside that of what is forgotten (%s)',
    (_, make) => {
      const { clock, status } = make();
      const forgets = status.state === 'ready' || status.state === 'suspect' ? 1 : 0;
      const due = status.deadlineAt ?? status.nextRetryAt;
      expect(clock.pending).toBe(forgets + (due === null ? 0 : 1));
    },
  );
});

describe('the time of a state', () => {
  it('is when it was entered, all the way up and down', () => {
    const connection = lamp();
    const steps: readonly [string, () => unknown][] = [
      ['preparing', () => connection.send({ type: 'enable' })],
      ['queued', () => connection.send({ type: 'preparation.succeeded', start: startOf(connection) })],
      ['spawning', () => connection.send({ type: 'slot.granted', start: startOf(connection) })],
      ['registering', () => connection.news({ type: 'process.spawned', pid: 4711 })],
      ['initialising', () => connection.register()],
      ['ready', () => connection.news({ type: 'module.initialised' })],
      ['suspect', () => missed(connection, 3)],
      ['ready', () => connection.news({ type: 'heartbeat.answered' })],
      ['stopping', () => connection.send({ type: 'restart' })],
      ['preparing', () => connection.exit()],
      ['disabled', () => connection.send({ type: 'disable' })],
      ['preparing', () => connection.send({ type: 'enable' })],
      [
        'misconfigured',
        () => connection.send({ type: 'preparation.failed', start: startOf(connection), message: 'gone' }),
      ],
      ['removed', () => connection.send({ type: 'remove' })],
    ];
    for (const [state, step] of steps) {
      connection.clock.advance(3);
      step();
      expect(connection.status).toMatchObject({ state, since: connection.clock.now() });
    }
    expect(connection.status.deadlineAt).toBeNull();
  });

  it('is that of the decision, however far the end of a process has come', () => {
    const connection = restarting();
    const { since } = connection.status;
    after(connection, 16, 17, 18);
    expect(connection.status).toMatchObject({ step: 'stuck', since, deadlineAt: null });
  });

  it('is that of the timer which led there', () => {
    const probed = after(lamp().ready().exit().readyAgain().exit(), 20);
    expect(probed.status).toMatchObject({ state: 'preparing', since: probed.clock.now() });
    const given = after(lamp().registering(), 13);
    expect(given.status.since).toBe(given.clock.now());
  });
});

describe('heartbeats', () => {
  it('count while missed in a row only', () => {
    const connection = missed(lamp().ready(), 2).news({ type: 'heartbeat.answered' });
    expect(missed(connection, 2).status.state).toBe('ready');
    expect(missed(connection, 1).status.state).toBe('suspect');
    expect(missed(connection, 11).status.state).toBe('suspect');
    expect(missed(connection, 1).status).toMatchObject({ state: 'puttingDown', step: 'terminating' });
  });

  it('begin anew when a suspect answers, and in the next incarnation', () => {
    const connection = missed(lamp().ready(), 14).news({ type: 'heartbeat.answered' });
    expect(missed(connection, 2).status.state).toBe('ready');
    connection.exit().readyAgain();
    expect(missed(connection, 2).status.state).toBe('ready');
    expect(missed(connection, 1).status.state).toBe('suspect');
  });
});

describe('a half-open probe', () => {
  it('that fails leads back to failed, however long ago the other crashes were', () => {
    const connection = new PlayedConnection({ intensity: { crashes: 1, period: 1000, probe: 300_000 } });
    connection.ready().exit().readyAgain().exit();
    expect(connection.status.state).toBe('failed');
    after(connection, 300_000).readyAgain().exit();
    expect(connection.status.state).toBe('failed');
    after(connection, 300_000).readyAgain();
    expect(connection.actor.getSnapshot().context.failures.probes).toBe(2);
    after(connection, 120_000);
    expect(connection.exit().status.state).toBe('preparing');
  });
});

describe('a rare probe', () => {
  it('begins without another wait', () => {
    const connection = lamp().registering().exit();
    after(connection, 19).slotted().exit();
    expect(connection.status.state).toBe('failed');
    expect(after(connection, 20).status.state).toBe('preparing');
  });
});

describe('an order to start', () => {
  it('is no probe, whatever was tried before: what it starts may crash again', () => {
    const connection = lamp().ready().exit().readyAgain().exit();
    after(connection, 20).readyAgain().exit().send({ type: 'enable' }).readyAgain().exit();
    expect(connection.status).toMatchObject({ state: 'preparing', attempt: 1 });
  });

  it('lets the waits begin with the shortest', () => {
    const connection = new PlayedConnection().registering().exit();
    after(connection, 1000).slotted().exit();
    expect(connection.status.nextRetryAt).toBe(connection.clock.now() + 2000);
    connection.send({ type: 'restart' }).slotted().exit();
    expect(connection.status.nextRetryAt).toBe(connection.clock.now() + 1000);
  });
});

describe('a long time without a crash', () => {
  it('is forgotten to be counted also by a suspect', () => {
    const connection = missed(after(lamp().registering().exit(), 19).readyAgain(), 3);
    after(connection, 20);
    expect(connection.status.attempt).toBe(1);
    after(connection, 1);
    expect(connection.actor.getSnapshot().context.failures).toEqual(noFailures);
  });
});

function missed(connection: PlayedConnection, times: number): PlayedConnection {
  for (let beat = 0; beat < times; beat += 1) connection.news({ type: 'heartbeat.missed' });
  return connection;
}

function after(connection: PlayedConnection, ...times: readonly number[]): PlayedConnection {
  for (const time of times) connection.clock.advance(time);
  return connection;
}
