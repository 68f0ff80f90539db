import { describe, expect, it } from 'vitest';
import { initialContext } from '../../src/machines/connection-context.ts';
import { defaultPolicy } from '../../src/machines/policy.ts';
import { statusOf } from '../../src/machines/status.ts';
import { PlayedConnection } from './played-connection.ts';
import { ending, withoutProcess, withProcess } from './situations.ts';

const none = { step: null, next: null } as const;

const resources = { rss: 1, cpu: null, sampledAt: 0, overBudget: null } as const;

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
      spare: null,
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
    const input = { id: 'lamp', label: 'Lamp', policy: defaultPolicy, at: 7 };
    expect(initialContext(input)).toEqual({
      id: 'lamp',
      label: 'Lamp',
      policy: defaultPolicy,
      since: 7,
      due: null,
      starts: 0,
      incarnation: 0,
      pid: null,
      spare: null,
      failures: { attempt: 0, crashes: [], probes: 0, backoff: 0, delay: 0, untold: 0 },
      held: 0,
      missed: 0,
      debugger: null,
      wantedConfig: 0,
      sentConfig: 0,
      verdict: null,
      lastExit: null,
      reason: null,
      discarded: { stale: 0, duplicate: 0, unexpected: 0, malformed: 0 },
    });
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
      const timed = ['preparing', 'replacing', 'spawning', 'registering', 'takingOver', 'initialising'];
      const isTimed = timed.includes(situation);
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

  it.each(Object.entries({ ...withoutProcess, ...withProcess, ...ending }))(
    'claims nothing of what is gone with the actor (%s)',
    (_, make) => {
      const { actor } = make().news({ type: 'debugger.changed', debugger: 'attached' });
      const { incarnation } = actor.getSnapshot().context;
      actor.stop();
      expect(statusOf(actor.getSnapshot(), { incarnation, resources })).toMatchObject({
        state: 'failed',
        ...none,
        wanted: false,
        alive: false,
        pid: null,
        spare: null,
        resources: null,
        debugger: null,
        nextRetryAt: null,
        deadlineAt: null,
      });
    },
  );

  it('has what the process of this incarnation used, and nothing of another', () => {
    const lamp = withProcess.ready();
    const used = (incarnation: number) => statusOf(lamp.actor.getSnapshot(), { incarnation, resources });
    expect(used(1).resources).toEqual(resources);
    expect(used(0).resources).toBeNull();
    expect(lamp.status.resources).toBeNull();
    lamp.exit();
    expect(used(1).resources).toBeNull();
  });

  it('of an actor that was stopped or broke claims nothing, and says what to do', () => {
    const covered = (): PlayedConnection => withProcess.ready().send({ type: 'spare.changed', pid: 4712 });
    const stopped = covered();
    stopped.actor.stop();
    const broken = { ...covered().actor.getSnapshot(), status: 'error' } as never;
    for (const status of [stopped.status, statusOf(broken)]) {
      expect(status).toMatchObject({
        state: 'failed',
        ...none,
        wanted: false,
        alive: false,
        pid: null,
        spare: null,
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
      standby: false,
      heldMessages: 100,
      memory: { limit: 0, heapShare: 0.75 },
      cpu: { limit: 0, reportAfter: 60_000, putDownAfter: 0 },
      resources: { interval: 0 },
    });
  });
});
