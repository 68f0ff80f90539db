import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../src/machines/policy.ts';
import { statusOf } from '../../src/machines/status.ts';
import { PlayedConnection } from './played-connection.ts';
import { ending, withoutProcess, withProcess } from './situations.ts';

const none = { step: null, next: null } as const;

describe('the status', () => {
  it('of a connection that was just added has everything, and nothing in it', () => {
    const { status, clock } = new PlayedConnection();
    expect(status).toEqual({
      id: 'lamp',
      label: 'Lamp',
      state: 'disabled',
      ...none,
      since: clock.now(),
      wanted: false,
      alive: false,
      incarnation: 0,
      pid: null,
      debugger: null,
      attempt: 0,
      nextRetryAt: null,
      deadlineAt: null,
      reason: null,
      resources: null,
      lastExit: null,
      discarded: { stale: 0, duplicate: 0, unexpected: 0, malformed: 0 },
    });
  });

  it('of a connection that was just added is that of no start, no process and no failure', () => {
    const { context } = new PlayedConnection().actor.getSnapshot();
    const { starts, crashes, probes, backoff, delay, held, missed, wantedConfig, sentConfig, verdict } =
      context;
    const numbers = { starts, probes, backoff, delay, held, missed, wantedConfig, sentConfig };
    expect(new Set(Object.values(numbers))).toEqual(new Set([0]));
    expect([crashes, verdict]).toEqual([[], null]);
  });

  it.each(Object.entries({ ...withoutProcess, ...withProcess }))(
    'names the situation (%s)',
    (situation, make) => {
      const { status } = make();
      const isAlive = situation in withProcess;
      expect(status).toMatchObject({
        state: situation,
        ...none,
        alive: isAlive,
        wanted: situation !== 'disabled',
      });
      expect(status.pid === null).toBe(!isAlive || situation === 'spawning');
      const isDown = situation === 'backingOff' || situation === 'failed';
      expect(status.nextRetryAt === null).toBe(!isDown);
      const isTimed = ['preparing', 'spawning', 'registering', 'initialising'].includes(situation);
      expect(status.deadlineAt === null).toBe(!isTimed);
    },
  );

  it.each(Object.entries(ending))(
    'names how far an end has come, and what follows (%s)',
    (situation, make) => {
      const { status } = make();
      const [step, then] = situation.split(', ');
      const next =
        { 'to recover': 'toRecover', 'to restart': 'toRestart', 'to be disabled': 'toDisable' }[then!] ??
        'toRemove';
      const state = next === 'toRecover' ? 'puttingDown' : 'stopping';
      const wanted = next === 'toRecover' || next === 'toRestart';
      expect(status).toMatchObject({ state, step, next, alive: true, wanted, nextRetryAt: null });
    },
  );

  it.each(Object.entries({ ...withoutProcess, ...withProcess, ...ending }))(
    'carries the tags that others ask for (%s)',
    (situation, make) => {
      const snapshot = make().actor.getSnapshot();
      expect(snapshot.hasTag('callable')).toBe(situation === 'ready' || situation === 'suspect');
      expect(snapshot.hasTag('loud')).toBe(/failed|misconfigured|stuck/.test(situation));
    },
  );

  it('of a connection that is disabled while something is wrong does not say so any more', () => {
    expect(withoutProcess.backingOff().status.reason).not.toBeNull();
    expect(withoutProcess.disabled().status.reason).toBeNull();
  });

  it('tells no retry of a temporary module that failed', () => {
    const lamp = new PlayedConnection({ restart: 'temporary' }).ready().exit();
    expect(lamp.status).toMatchObject({ state: 'failed', nextRetryAt: null, deadlineAt: null });
    lamp.clock.advance(300_000);
    expect(lamp.status.state).toBe('failed');
  });

  it('of an actor that was stopped or broke claims nothing, and says what to do', () => {
    const stopped = withProcess.ready();
    stopped.actor.stop();
    const broken = { ...withProcess.ready().actor.getSnapshot(), status: 'error' } as never;
    for (const status of [stopped.status, statusOf(broken)]) {
      expect(status).toMatchObject({
        state: 'failed',
        ...none,
        wanted: false,
        alive: false,
        pid: null,
        nextRetryAt: null,
        deadlineAt: null,
        reason: 'its actor broke or was stopped from outside; remove it and add it again',
        incarnation: 1,
      });
    }
  });

  it('of a connection that was removed is final', () => {
    const { status, actor } = withProcess.ready().send({ type: 'remove' }).exit();
    expect(status).toMatchObject({ state: 'removed', wanted: false, alive: false, deadlineAt: null });
    expect(actor.getSnapshot().status).toBe('done');
  });
});

describe('the default policy', () => {
  it('is what the documents say', () => {
    expect(defaultPolicy).toEqual({
      restart: 'permanent',
      deadlines: {
        prepare: 10_000,
        spawn: 5000,
        register: 10_000,
        init: 30_000,
        initAtMost: 300_000,
        call: 5000,
        leave: 1000,
        ask: 5000,
        terminate: 2000,
        kill: 5000,
      },
      backoff: { initial: 1000, most: 60_000, factor: 2, jitter: 0.2, forgetAfter: 120_000 },
      intensity: { crashes: 5, period: 60_000, probe: 300_000 },
      heartbeat: { interval: 2000, suspectAfter: 3, putDownAfter: 15 },
      heldMessages: 100,
      memory: { limit: 0, heapShare: 0.75 },
      cpu: { limit: 0, reportAfter: 60_000, putDownAfter: 0 },
      resources: { interval: 0 },
    });
  });
});
