import { describe, expect, it } from 'vitest';
import { PlayedConnection } from './played-connection.ts';
import { ending, withoutProcess, withProcess } from './situations.ts';

const attached = { type: 'debugger.changed', debugger: 'attached' } as const;
const listening = { type: 'debugger.changed', debugger: 'listening' } as const;

describe('what a process says of a debugger', () => {
  it.each(Object.entries({ ...withProcess, ...ending }))('is in its status at once (%s)', (_, make) => {
    const lamp = make();
    const before = lamp.status;
    expect(lamp.news(listening).status).toEqual({ ...before, debugger: 'listening' });
    expect(lamp.news(attached).status).toEqual({ ...before, debugger: 'attached' });
  });

  it.each(Object.entries(withoutProcess))('is in no status without a process (%s)', (_, make) => {
    expect(make().news(attached).status.debugger).toBeNull();
  });

  it('ends with the process', () => {
    const lamp = new PlayedConnection().ready().news(attached).exit();
    expect(lamp.status).toMatchObject({ alive: false, debugger: null });
    expect(lamp.slotted().status).toMatchObject({ alive: true, debugger: null });
  });
});

describe('a module that a debugger holds', () => {
  it('is suspected, but never put down, for missed heartbeats', () => {
    const lamp = missed(withProcess.ready().news(attached), 2);
    expect(lamp.status.state).toBe('suspect');
    const { context } = missed(lamp, 100).actor.getSnapshot();
    expect(lamp.status).toMatchObject({ state: 'suspect', reason: 'heartbeats are overdue' });
    expect(context.missed).toBe(2);
  });

  it('is put down for those it misses after the debugger went', () => {
    const lamp = missed(withProcess.ready().news(attached), 100).news(listening);
    expect(missed(lamp, 3).status.state).toBe('suspect');
    expect(missed(lamp, 1).status).toMatchObject({ state: 'puttingDown', step: 'terminating' });
  });

  it('is not put down either if the first missed heartbeat would be one too many', () => {
    const strict = new PlayedConnection({ heartbeat: { interval: 2000, suspectAfter: 1, putDownAfter: 1 } });
    const lamp = missed(strict.ready().news(attached), 2);
    expect(lamp.status.state).toBe('suspect');
  });

  it('has the beats that another incarnation missed discarded out loud', () => {
    const lamp = missed(withProcess.ready().news(attached), 2);
    expect(lamp.news({ type: 'heartbeat.missed' }, 0).status.discarded.stale).toBe(1);
    expect(lamp.emitted).toMatchObject([{ type: 'discarded', reason: 'stale' }]);
  });

  it('is given all the heartbeats anew when the debugger comes, too', () => {
    const lamp = withProcess.ready().news(attached);
    expect(missed(lamp, 1).status.state).toBe('ready');
  });
});

describe('an init that a debugger holds', () => {
  it('has no deadline when the one it had is over', () => {
    const lamp = new PlayedConnection().initialising().news(attached);
    const { since } = lamp.status;
    expect(lamp.status.deadlineAt).toBe(since + 30_000);
    lamp.clock.advance(30_000);
    expect(lamp.status).toMatchObject({ state: 'initialising', since, deadlineAt: null });
    expect(lamp.clock.pending).toBe(0);
    expect(lamp.news(attached).status).toMatchObject({ state: 'initialising', deadlineAt: null });
    expect(lamp.news({ type: 'module.initialised' }).status.state).toBe('ready');
  });

  it('keeps the deadline if the debugger has gone before, or only could attach', () => {
    const lamp = new PlayedConnection().initialising().news(attached).news(listening);
    lamp.clock.advance(30_000);
    expect(lamp.status).toMatchObject({ state: 'puttingDown', reason: 'did not finish its init in time' });
  });

  it('has the whole time again when the debugger goes', () => {
    const lamp = held().news(listening);
    const deadlineAt = lamp.clock.now() + 30_000;
    expect(lamp.status).toMatchObject({ state: 'initialising', debugger: 'listening', deadlineAt });
    lamp.clock.advance(29_999);
    expect(lamp.status.state).toBe('initialising');
    lamp.clock.advance(1);
    expect(lamp.status.state).toBe('puttingDown');
  });

  it.each([listening, attached])('keeps the debugger of another incarnation out (%j)', (news) => {
    const lamp = held();
    const before = lamp.status;
    const stale = { ...before.discarded, stale: 1 };
    expect(lamp.news(news, 0).status).toEqual({ ...before, discarded: stale });
    expect(lamp.clock.pending).toBe(0);
    const event = { ...news, incarnation: 0, at: lamp.clock.now() };
    expect(lamp.emitted).toEqual([{ type: 'discarded', reason: 'stale', incarnation: 0, event }]);
  });

  it('needs no more time while it has no deadline', () => {
    const lamp = held().news({ type: 'module.extended', by: 60_000 });
    expect(lamp.status).toMatchObject({ deadlineAt: null, discarded: { unexpected: 1 } });
    expect(lamp.emitted).toMatchObject([{ type: 'discarded', reason: 'unexpected' }]);
    expect(lamp.clock.pending).toBe(0);
  });
});

function held(): PlayedConnection {
  const lamp = new PlayedConnection().initialising().news(attached);
  lamp.clock.advance(30_000);
  return lamp;
}

function missed(connection: PlayedConnection, times: number): PlayedConnection {
  for (let beat = 0; beat < times; beat += 1) connection.news({ type: 'heartbeat.missed' });
  return connection;
}
