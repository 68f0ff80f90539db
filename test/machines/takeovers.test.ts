import { describe, expect, it } from 'vitest';
import { PlayedConnection } from './played-connection.ts';

const found = (lamp: PlayedConnection): PlayedConnection =>
  lamp.send({ type: 'preparation.succeeded', start: lamp.actor.getSnapshot().context.starts });
const covered = (): PlayedConnection =>
  new PlayedConnection().ready().send({ type: 'spare.changed', pid: 4712 });
const replacing = (): PlayedConnection => covered().exit(null, 'SIGKILL');
const takingOver = (): PlayedConnection => found(replacing());

describe('a connection for which a spare waits', () => {
  it('says so, and that the spare is gone', () => {
    const lamp = covered();
    expect(lamp.status).toMatchObject({ state: 'ready', pid: 4711, spare: 4712 });
    expect(lamp.send({ type: 'spare.changed', pid: null }).status.spare).toBeNull();
  });

  it('claims no process once its own is gone, and takes the spare when that is known to wait', () => {
    const lamp = replacing();
    expect(lamp.status).toMatchObject({ state: 'replacing', alive: false, pid: null, attempt: 1 });
    expect(lamp.emitted).toEqual([{ type: 'exited', exit: lamp.status.lastExit }]);
    expect(lamp.processes.size).toBe(0);
    found(lamp);
    expect(lamp.status).toMatchObject({ state: 'takingOver', alive: true, incarnation: 2 });
    expect([...lamp.processes]).toEqual([2]);
    expect(lamp.prepared).toEqual([
      { connectionId: 'lamp', start: 1 },
      { connectionId: 'lamp', start: 2, spare: 4712 },
    ]);
    expect(lamp.taken).toEqual([null, 4712]);
    expect(lamp.slot).toEqual(['requested', 'released', 'ended']);
  });

  it('initialises a spare that takes over, and is ready', () => {
    const lamp = takingOver().news({ type: 'process.spawned', pid: 4712 });
    expect(lamp.status).toMatchObject({ state: 'takingOver', pid: 4712 });
    lamp.orders.length = 0;
    lamp.register();
    expect(lamp.told).toEqual(['acceptRegistration', 'releaseHeld', 'initialise']);
    expect(lamp.status.state).toBe('initialising');
    expect(lamp.news({ type: 'module.initialised' }).status).toMatchObject({ state: 'ready', pid: 4712 });
  });

  it('starts a process of its own when the spare turns out to be gone, without counting a crash', () => {
    const gone = replacing();
    gone.send({ type: 'preparation.failed', start: 2, message: 'the spare is gone' });
    expect(gone.status).toMatchObject({ state: 'preparing', attempt: 1 });
    const late = takingOver().news({
      type: 'process.spawnFailed',
      message: 'gone',
      errno: null,
      chance: 0.5,
    });
    expect(late.status).toMatchObject({ state: 'preparing', attempt: 1, alive: false });
    const silent = replacing();
    silent.clock.advance(10_000);
    expect(silent.status).toMatchObject({ state: 'preparing', attempt: 1 });
  });

  it('ignores news of another start while it looks for the spare', () => {
    const lamp = replacing();
    lamp
      .send({ type: 'preparation.succeeded', start: 1 })
      .send({ type: 'preparation.failed', start: 1, message: '' });
    expect(lamp.status).toMatchObject({ state: 'replacing', discarded: { stale: 2 } });
  });

  it('starts a process of its own after an order, which may mean another module', () => {
    const restarted = replacing().send({ type: 'restart' });
    expect(restarted.status).toMatchObject({ state: 'preparing', attempt: 0 });
    const changed = replacing().send({ type: 'configure', config: true, module: false });
    expect(changed.status).toMatchObject({ state: 'preparing', attempt: 0 });
    const renamed = replacing().send({ type: 'configure', config: false, module: false, label: 'Spot' });
    expect(renamed.status).toMatchObject({ state: 'replacing', label: 'Spot' });
    expect(replacing().send({ type: 'enable' }).status.state).toBe('replacing');
    expect(replacing().send({ type: 'disable' }).status.state).toBe('disabled');
    expect(replacing().send({ type: 'remove' }).status.state).toBe('removed');
    expect(covered().send({ type: 'restart' }).exit().status.state).toBe('preparing');
  });

  it('takes the spare after a wait, too', () => {
    const lamp = new PlayedConnection().initialising().exit().send({ type: 'spare.changed', pid: 4712 });
    expect(lamp.status.state).toBe('backingOff');
    lamp.clock.advance(1000);
    expect(lamp.status.state).toBe('replacing');
  });

  it('puts a spare down that does not take over in time, closes its channel or lies', () => {
    const slow = takingOver().news({ type: 'process.spawned', pid: 4712 });
    slow.clock.advance(10_000);
    expect(slow.status).toMatchObject({ state: 'puttingDown', step: 'terminating' });
    expect(slow.exit(null, 'SIGTERM').status.lastExit).toMatchObject({
      phase: 'takingOver',
      cause: 'register-timeout',
    });
    const closed = takingOver().news({ type: 'channel.closed' });
    expect(closed.status).toMatchObject({ state: 'puttingDown', step: 'leaving' });
    expect(closed.exit(3).status.lastExit).toMatchObject({ phase: 'takingOver', cause: 'exit-code' });
    const liar = takingOver().news({
      type: 'module.registered',
      tokenValid: false,
      versionSupported: true,
      detail: 'liar',
    });
    expect(liar.status).toMatchObject({ state: 'puttingDown', step: 'terminating' });
    expect(liar.exit().status.lastExit).toMatchObject({ cause: 'wrong-token' });
  });

  it('tells a spare that lies, or speaks no version we do, why it is refused, and judges it for that', () => {
    for (const [fault, step, cause] of [
      [{ tokenValid: false }, 'terminating', 'wrong-token'],
      [{ versionSupported: false }, 'leaving', 'incompatible'],
      [{ tokenValid: false, versionSupported: false }, 'terminating', 'wrong-token'],
    ] as const) {
      const lamp = takingOver();
      const claim = { tokenValid: true, versionSupported: true, detail: 'what it said', ...fault };
      lamp.orders.length = 0;
      lamp.news({ type: 'module.registered', ...claim });
      expect(lamp.orders[0]).toEqual({ type: 'refuseRegistration', reason: 'what it said' });
      expect(lamp.status).toMatchObject({ state: 'puttingDown', step, next: 'toRecover' });
      expect(lamp.exit().status.lastExit).toMatchObject({ cause });
    }
  });

  it('knows which config a spare was initialised with, and forgets what it held', () => {
    const message = { kind: 'notification', name: 'log', early: true, frame: null } as const;
    const lamp = takingOver().send({ type: 'configure', config: true, module: false });
    lamp.news({ type: 'message.received', message }).register();
    const { held, sentConfig, wantedConfig } = lamp.actor.getSnapshot().context;
    expect({ held, sentConfig, wantedConfig }).toEqual({ held: 0, sentConfig: 1, wantedConfig: 1 });
  });

  it('is taken when a module that was suspect or put down is gone, too', () => {
    const hung = covered();
    for (let beat = 0; beat < 3; beat += 1) hung.news({ type: 'heartbeat.missed' });
    expect(hung.status.state).toBe('suspect');
    expect(hung.exit().status).toMatchObject({ state: 'replacing', attempt: 1 });
    expect(hung.emitted).toEqual([{ type: 'exited', exit: hung.status.lastExit }]);
    const closed = covered().news({ type: 'channel.closed' });
    expect(closed.status.state).toBe('puttingDown');
    expect(closed.exit().status).toMatchObject({ state: 'replacing', attempt: 1 });
    expect(closed.emitted).toEqual([{ type: 'exited', exit: closed.status.lastExit }]);
  });

  it('takes the death of a spare that takes over for a crash like any other', () => {
    const lamp = takingOver().exit(3);
    expect(lamp.status).toMatchObject({
      state: 'backingOff',
      attempt: 2,
      pid: null,
      reason: 'exited with code 3 while takingOver',
      lastExit: { phase: 'takingOver', code: 3, incarnation: 2 },
    });
  });

  it('obeys orders to a spare that takes over', () => {
    expect(takingOver().send({ type: 'disable' }).status).toMatchObject({
      state: 'stopping',
      next: 'toDisable',
    });
    expect(takingOver().send({ type: 'restart' }).status).toMatchObject({
      state: 'stopping',
      next: 'toRestart',
    });
    expect(takingOver().send({ type: 'remove' }).status).toMatchObject({
      state: 'stopping',
      next: 'toRemove',
    });
    expect(takingOver().send({ type: 'enable' }).status.state).toBe('takingOver');
    const changed = takingOver().send({ type: 'configure', config: false, module: true });
    expect(changed.status).toMatchObject({ state: 'stopping', next: 'toRestart' });
  });

  it('holds what a spare said early until its registration is accepted', () => {
    const message = { kind: 'notification', name: 'log', early: true, frame: null } as const;
    const lamp = takingOver().news({ type: 'message.received', message });
    expect(lamp.told.at(-1)).toBe('hold');
    expect(lamp.register().told.slice(-3)).toEqual(['acceptRegistration', 'releaseHeld', 'initialise']);
  });
});
