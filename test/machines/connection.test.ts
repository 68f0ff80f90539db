import { describe, expect, it } from 'vitest';
import { PlayedConnection } from './played-connection.ts';

describe('a connection on its way up', () => {
  it('goes from disabled to ready through every phase', () => {
    const lamp = new PlayedConnection();
    expect(lamp.status.state).toBe('disabled');
    lamp.send({ type: 'enable' });
    expect(lamp.status.state).toBe('preparing');
    lamp.send({ type: 'preparation.succeeded', start: 1 });
    expect(lamp.status.state).toBe('queued');
    lamp.send({ type: 'slot.granted', start: 1 });
    expect(lamp.status).toMatchObject({ state: 'spawning', incarnation: 1 });
    lamp.news({ type: 'process.spawned', pid: 4711 });
    expect(lamp.status).toMatchObject({ state: 'registering', pid: 4711 });
    lamp.register();
    expect(lamp.status.state).toBe('initialising');
    expect(lamp.told).toEqual(['acceptRegistration', 'releaseHeld', 'initialise']);
    lamp.news({ type: 'module.initialised' });
    expect(lamp.status).toMatchObject({ state: 'ready', wanted: true, alive: true, reason: null });
    expect(lamp.told.slice(3)).toEqual(['open', 'watch']);
  });

  it('holds the start slot from queued to registration', () => {
    const lamp = new PlayedConnection().registering();
    expect(lamp.slot).toEqual(['requested']);
    lamp.register();
    expect(lamp.slot).toEqual(['requested', 'released']);
  });

  it.each([
    ['prepareTimeout', () => new PlayedConnection().send({ type: 'enable' }), 10_000, 'backingOff'],
    ['spawnTimeout', () => new PlayedConnection().spawning(), 5000, 'puttingDown'],
    ['registerTimeout', () => new PlayedConnection().registering(), 10_000, 'puttingDown'],
    ['initTimeout', () => new PlayedConnection().initialising(), 30_000, 'puttingDown'],
  ] as const)('ends its patience after %s', (_, begin, deadline, state) => {
    const lamp = begin();
    expect(lamp.status.deadlineAt).toBe(lamp.clock.now() + deadline);
    lamp.clock.advance(deadline - 1);
    expect(lamp.status.state).not.toBe(state);
    lamp.clock.advance(1);
    expect(lamp.status).toMatchObject({ state, since: lamp.clock.now() });
  });

  it('gives more time to an init that asks for it, within bounds', () => {
    const lamp = new PlayedConnection().initialising();
    const began = lamp.clock.now();
    lamp.clock.advance(29_000);
    lamp.news({ type: 'module.extended', by: 60_000 });
    expect(lamp.status).toMatchObject({ since: began, deadlineAt: began + 89_000 });
    lamp.clock.advance(59_000);
    expect(lamp.status.state).toBe('initialising');
    lamp.news({ type: 'module.extended', by: 900_000 });
    expect(lamp.status.deadlineAt).toBe(began + 300_000);
    lamp.news({ type: 'module.extended', by: 900_000 });
    expect(lamp.status.discarded.unexpected).toBe(1);
    lamp.clock.advance(300_000 - 88_000);
    expect(lamp.status).toMatchObject({ state: 'puttingDown', reason: 'did not finish its init in time' });
  });

  it('never shortens the time of an init that asks for more', () => {
    const lamp = new PlayedConnection().initialising();
    const { deadlineAt } = lamp.status;
    lamp.news({ type: 'module.extended', by: 1000 });
    expect(lamp.status.deadlineAt).toBe(deadlineAt);
    lamp.clock.advance(29_999);
    expect(lamp.status.state).toBe('initialising');
    lamp.clock.advance(1);
    expect(lamp.status.state).toBe('puttingDown');
  });

  it('sends a config that changed during init again', () => {
    const lamp = new PlayedConnection().initialising();
    lamp.send({ type: 'configure', config: true, module: false });
    expect(lamp.told).not.toContain('configure');
    lamp.news({ type: 'module.initialised' });
    expect(lamp.told.slice(3)).toEqual(['configure', 'open', 'watch']);
  });

  it('restarts a module that can not take over a config as it runs', () => {
    const lamp = new PlayedConnection().ready().send({ type: 'configure', config: true, module: false });
    lamp.news({ type: 'module.restartNeeded' });
    expect(lamp.status).toMatchObject({ state: 'stopping', step: 'asking', next: 'toRestart' });
  });

  it('merges a config that changed before init into init', () => {
    const lamp = new PlayedConnection().registering();
    lamp.send({ type: 'configure', config: true, module: false, label: 'Spot' });
    lamp.register().news({ type: 'module.initialised' });
    expect(lamp.told).not.toContain('configure');
    expect(lamp.status.label).toBe('Spot');
  });
});

describe('a connection whose process ends', () => {
  it('restarts a module that had been ready at once', () => {
    const lamp = new PlayedConnection().ready().exit(null, 'SIGKILL');
    expect(lamp.status).toMatchObject({
      state: 'preparing',
      pid: null,
      alive: false,
      attempt: 1,
      lastExit: {
        incarnation: 1,
        phase: 'ready',
        cause: 'signal',
        detail: 'killed by SIGKILL while ready',
        lastWords: ['I am done'],
        crash: true,
      },
    });
    expect(lamp.processes.size).toBe(0);
  });

  it('waits longer after each further crash, and fails loudly when there were too many', () => {
    const lamp = new PlayedConnection().ready().exit();
    const waits: number[] = [];
    for (let crashes = 1; crashes < 10 && lamp.status.state !== 'failed'; crashes += 1) {
      lamp.readyAgain().exit();
      if (lamp.status.nextRetryAt !== null && lamp.status.state === 'backingOff') {
        waits.push(lamp.status.nextRetryAt - lamp.clock.now());
        lamp.clock.advance(lamp.status.nextRetryAt - lamp.clock.now());
      }
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    expect(lamp.status).toMatchObject({ attempt: 6, nextRetryAt: lamp.clock.now() + 300_000 });
  });

  it('fails again at once when a half-open probe crashes', () => {
    const lamp = new PlayedConnection({ intensity: { crashes: 0, period: 60_000, probe: 300_000 } });
    lamp.ready().exit();
    expect(lamp.status.state).toBe('failed');
    lamp.clock.advance(300_000);
    expect(lamp.status.state).toBe('preparing');
    lamp.readyAgain().exit();
    expect(lamp.status.state).toBe('failed');
  });

  it('forgets its crashes after a long time in ready', () => {
    const lamp = new PlayedConnection().ready().exit();
    lamp.readyAgain();
    lamp.clock.advance(119_999);
    expect(lamp.status.attempt).toBe(1);
    lamp.clock.advance(1);
    expect(lamp.status.attempt).toBe(0);
  });

  it.each([
    ['permanent', 0, null, 'preparing', 'completed'],
    ['permanent', 78, null, 'misconfigured', 'misconfigured'],
    ['transient', 0, null, 'disabled', 'completed'],
    ['transient', 1, null, 'preparing', 'exit-code'],
    ['temporary', 0, null, 'disabled', 'completed'],
    ['temporary', 1, null, 'failed', 'exit-code'],
    ['temporary', null, 'SIGSEGV', 'failed', 'signal'],
  ] as const)('a %s module that ends with %s %s becomes %s', (restart, code, signal, state, cause) => {
    const lamp = new PlayedConnection({ restart }).ready().exit(code, signal);
    expect(lamp.status).toMatchObject({ state, lastExit: { cause } });
  });

  it('does not try a temporary module again', () => {
    const lamp = new PlayedConnection({ restart: 'temporary' }).ready().exit();
    expect(lamp.status.nextRetryAt).toBeNull();
    lamp.clock.advance(10_000_000);
    expect(lamp.status.state).toBe('failed');
  });

  it('judges a spawn that only a change can mend as misconfigured, and backs off from others', () => {
    const failure = { type: 'process.spawnFailed', message: 'no such file', chance: 0.5 } as const;
    const missing = new PlayedConnection().spawning().news({ ...failure, errno: 'ENOENT' });
    expect(missing.status).toMatchObject({ state: 'misconfigured', reason: 'spawn failed: no such file' });
    const busy = new PlayedConnection().spawning().news({ ...failure, errno: 'EAGAIN' });
    expect(busy.status).toMatchObject({ state: 'backingOff', lastExit: { cause: 'spawn-failed' } });
    expect(busy.slot).toEqual(['requested', 'released', 'ended']);
  });
});

describe('a connection that puts its process down', () => {
  it('asks, terminates, kills, and says when nothing helps', () => {
    const lamp = new PlayedConnection().ready().send({ type: 'disable' });
    expect(lamp.status).toMatchObject({
      state: 'stopping',
      step: 'asking',
      next: 'toDisable',
      wanted: false,
    });
    lamp.clock.advance(5000);
    expect(lamp.status.step).toBe('terminating');
    lamp.clock.advance(2000);
    expect(lamp.status.step).toBe('killing');
    lamp.clock.advance(5000);
    expect(lamp.status).toMatchObject({ step: 'stuck', alive: true, state: 'stopping', deadlineAt: null });
    lamp.exit(null, 'SIGKILL');
    expect(lamp.status).toMatchObject({ state: 'disabled', lastExit: { cause: 'stopped', crash: false } });
    expect(lamp.orders.filter(({ type }) => type === 'signal')).toEqual([
      { type: 'signal', signal: 'SIGTERM' },
      { type: 'signal', signal: 'SIGKILL' },
    ]);
  });

  it('lets the last order win while the process is being ended', () => {
    const lamp = new PlayedConnection().ready().send({ type: 'disable' });
    lamp.clock.advance(4000);
    lamp.send({ type: 'enable' });
    expect(lamp.status).toMatchObject({ state: 'stopping', step: 'asking', next: 'toRestart' });
    lamp.clock.advance(1000);
    expect(lamp.status.step).toBe('terminating');
    lamp.send({ type: 'disable' }).send({ type: 'remove' }).exit();
    expect(lamp.status.state).toBe('removed');
    expect(lamp.actor.getSnapshot().status).toBe('done');
  });

  it('rejects what contradicts a desire', () => {
    const lamp = new PlayedConnection().send({ type: 'restart' });
    expect(lamp.emitted).toEqual([
      {
        type: 'rejected',
        event: { type: 'restart', at: lamp.clock.now() },
        why: 'it is disabled: enable it first',
      },
    ]);
    expect(lamp.status.state).toBe('disabled');
  });

  it('kills at once what presents a wrong token, and counts it as a failure', () => {
    const lamp = new PlayedConnection().registering();
    const claim = { type: 'module.registered', versionSupported: true, detail: 'wrong token' } as const;
    lamp.news({ ...claim, tokenValid: false });
    expect(lamp.told).toEqual(['refuseRegistration', 'close', 'signal']);
    expect(lamp.status).toMatchObject({ state: 'puttingDown', step: 'terminating' });
    lamp.exit(1);
    expect(lamp.status).toMatchObject({
      state: 'backingOff',
      lastExit: { cause: 'wrong-token', phase: 'registering', crash: true },
    });
  });

  it('is misconfigured when a module speaks no version we do', () => {
    const lamp = new PlayedConnection().registering();
    lamp.news({ type: 'module.registered', tokenValid: true, versionSupported: false, detail: 'speaks 9' });
    lamp.exit(11);
    expect(lamp.status).toMatchObject({ state: 'misconfigured', lastExit: { cause: 'incompatible' } });
  });

  it('lets a process whose channel closed exit by itself, and says how it died', () => {
    const lamp = new PlayedConnection().ready().news({ type: 'channel.closed' });
    expect(lamp.status).toMatchObject({ state: 'puttingDown', step: 'leaving' });
    lamp.exit(null, 'SIGKILL');
    expect(lamp.status.lastExit).toMatchObject({ cause: 'signal', phase: 'ready' });
  });

  it('takes the exit of a process that closed its channel on its way out for what it is', () => {
    const lamp = new PlayedConnection({ restart: 'transient' })
      .ready()
      .news({ type: 'channel.closed' })
      .exit(0);
    expect(lamp.status).toMatchObject({
      state: 'disabled',
      lastExit: { cause: 'completed', detail: 'exited with code 0 while ready', crash: false },
    });
  });

  it('puts down a process that closed its channel and stays', () => {
    const lamp = new PlayedConnection().ready().news({ type: 'channel.closed' });
    lamp.clock.advance(1000);
    expect(lamp.status.step).toBe('terminating');
    lamp.exit(null, 'SIGTERM');
    expect(lamp.status.lastExit).toMatchObject({ cause: 'channel-closed', phase: 'ready', crash: true });
  });

  it('suspects a module that misses heartbeats, and trusts it again when it answers', () => {
    const lamp = new PlayedConnection().ready();
    for (let missed = 0; missed < 3; missed += 1) lamp.news({ type: 'heartbeat.missed' });
    expect(lamp.status).toMatchObject({ state: 'suspect', reason: 'heartbeats are overdue' });
    lamp.news({ type: 'heartbeat.answered' });
    expect(lamp.status).toMatchObject({ state: 'ready', reason: null });
    for (let missed = 0; missed < 15; missed += 1) lamp.news({ type: 'heartbeat.missed' });
    expect(lamp.status).toMatchObject({ state: 'puttingDown', step: 'terminating' });
    lamp.exit(null, 'SIGTERM');
    expect(lamp.status.lastExit).toMatchObject({ cause: 'hung', phase: 'suspect' });
  });
});

describe('a connection that gets news out of order', () => {
  it('holds early messages until registration and discards others', () => {
    const message = { kind: 'notification', name: 'log', frame: null } as const;
    const lamp = new PlayedConnection({ heldMessages: 1 }).registering();
    lamp.news({ type: 'message.received', message: { ...message, early: false } });
    lamp.news({ type: 'message.received', message: { ...message, early: true } });
    lamp.news({ type: 'message.received', message: { ...message, early: true } });
    expect(lamp.told).toEqual(['hold']);
    expect(lamp.status.discarded.unexpected).toBe(2);
    lamp.exit();
    expect(lamp.status.discarded.unexpected).toBe(3);
  });

  it('discards an answer to no pending call', () => {
    const message = { kind: 'response', name: 'result 7', frame: null, early: false } as const;
    const lamp = new PlayedConnection().ready().news({ type: 'message.received', message });
    expect(lamp.told).not.toContain('deliver');
    expect(lamp.status.discarded.unexpected).toBe(1);
  });

  it('lets no message pass any more when the module has said goodbye', () => {
    const message = { kind: 'notification', name: 'late', frame: null, early: false } as const;
    const lamp = new PlayedConnection().ready().news({ type: 'module.unregistered' });
    expect(lamp.told.slice(-2)).toEqual(['unwatch', 'guard']);
    lamp.news({ type: 'message.received', message });
    expect(lamp.status.discarded.stale).toBe(1);
  });

  it('says that a module refuses its new config, until it gets another', () => {
    const lamp = new PlayedConnection()
      .ready()
      .news({ type: 'module.configRefused', message: 'no such device', isAnswer: true });
    expect(lamp.status).toMatchObject({ state: 'ready', reason: 'refuses its new config: no such device' });
    lamp.send({ type: 'configure', config: true, module: false });
    expect(lamp.status.reason).toBeNull();
  });

  it('releases what was held when the module has registered', () => {
    const message = { kind: 'notification', name: 'log', frame: null, early: true } as const;
    const lamp = new PlayedConnection().registering().news({ type: 'message.received', message });
    lamp.register().exit();
    expect(lamp.told).toEqual(['hold', 'acceptRegistration', 'releaseHeld', 'initialise']);
    expect(lamp.status.discarded.unexpected).toBe(0);
  });

  it('counts what a dead incarnation still says as stale and changes nothing else', () => {
    const lamp = new PlayedConnection().ready().exit();
    lamp.readyAgain();
    const before = lamp.status;
    lamp.exit(0, null, 1);
    lamp.news({ type: 'module.registered', tokenValid: true, versionSupported: true, detail: '' }, 1);
    lamp.news({ type: 'heartbeat.missed' }, 1);
    expect(lamp.status).toEqual({ ...before, discarded: { ...before.discarded, stale: 3 } });
  });

  it('does not take the slot of a start that was cancelled for that of the next', () => {
    const lamp = new PlayedConnection()
      .send({ type: 'enable' })
      .send({ type: 'disable' })
      .send({ type: 'enable' });
    lamp.send({ type: 'preparation.succeeded', start: 1 });
    expect(lamp.status).toMatchObject({ state: 'preparing', discarded: { stale: 1 } });
    lamp.send({ type: 'preparation.succeeded', start: 2 }).send({ type: 'slot.granted', start: 1 });
    expect(lamp.status).toMatchObject({ state: 'queued', discarded: { stale: 2 } });
  });

  it('leaves no timer behind', () => {
    const lamp = new PlayedConnection().ready().send({ type: 'disable' }).exit();
    expect(lamp.clock.pending).toBe(0);
  });
});
