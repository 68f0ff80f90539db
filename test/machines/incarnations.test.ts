import { describe, expect, it } from 'vitest';
import { createActor, fromCallback } from 'xstate';
import { connectionMachine } from '../../src/machines/connection.ts';
import { defaultPolicy } from '../../src/machines/policy.ts';
import { PlayedConnection } from './played-connection.ts';
import { withProcess } from './situations.ts';

const message = { kind: 'notification', name: 'log', frame: null, early: true } as const;
const failure = { type: 'process.spawnFailed', message: 'no', errno: 'EAGAIN', chance: 0.5 } as const;
const clean = { pid: null, held: 0, missed: 0, debugger: null, verdict: null };

describe('a new incarnation', () => {
  it('has nothing of the one before that was restarted', () => {
    const lamp = withProcess.suspect().send({ type: 'restart' }).exit().slotted();
    expect(lamp.actor.getSnapshot().context).toMatchObject({ ...clean, incarnation: 2 });
  });

  it('has nothing of one that was judged, had messages kept, and then turned out never to have begun', () => {
    const lamp = new PlayedConnection().spawning().news({ type: 'message.received', message });
    lamp.clock.advance(5000);
    lamp.news({ type: 'process.spawned', pid: 4711 }).send({ type: 'restart' }).news(failure).slotted();
    expect(lamp.actor.getSnapshot().context).toMatchObject({ ...clean, incarnation: 2 });
  });
});

describe('an init whose time was over when it asked for more', () => {
  it('is put down at once, not in the past and not later', () => {
    const { actor, clock } = new PlayedConnection().initialising();
    actor.send({ type: 'module.extended', incarnation: 1, by: 1, at: clock.now() + 400_000 });
    expect(clock.timers.map(({ due }) => due)).toEqual([clock.now()]);
  });
});

describe('the chart without its actors', () => {
  const nobody = fromCallback(() => {});
  const lacking: readonly (readonly [name: string, actors: object])[] = [
    ['preparation', {}],
    ['slot', { preparation: nobody }],
    ['process', { preparation: nobody, slot: nobody }],
  ];

  it.each(lacking)('fails loudly, and says which one it lacks (%s)', (name, actors) => {
    const actor = createActor(connectionMachine.provide({ actors }), {
      input: { id: 'lamp', label: 'Lamp', policy: defaultPolicy, at: 0 },
    });
    const errors: unknown[] = [];
    actor.on('broken', ({ error }) => errors.push(error));
    actor.start().send({ type: 'enable', at: 0 });
    actor.send({ type: 'preparation.succeeded', start: 1, at: 0 });
    actor.send({ type: 'slot.granted', start: 1, at: 0 });
    expect(actor.getSnapshot().value).toBe('failed');
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining(`"${name}"`) })]);
  });
});

describe('an incarnation that never came to be', () => {
  const missing = { ...failure, errno: 'ENOENT' } as const;
  const late = (): PlayedConnection => {
    const lamp = new PlayedConnection().spawning();
    lamp.clock.advance(5000);
    return lamp;
  };

  it.each([
    ['while spawning', () => new PlayedConnection().spawning()],
    ['while put down for being late', late],
  ])('is told as one that ended, also if only a change can help (%s)', (_, make) => {
    const { status, emitted } = make().news(missing);
    expect(status.state).toBe('misconfigured');
    expect(emitted).toEqual([{ type: 'exited', exit: status.lastExit }]);
  });
});

describe('a claim with a wrong token and a version that nobody speaks', () => {
  it('is refused for its token', () => {
    const lamp = new PlayedConnection().registering();
    lamp.news({ type: 'module.registered', tokenValid: false, versionSupported: false, detail: 'who?' });
    expect(lamp.status).toMatchObject({ state: 'puttingDown', step: 'terminating' });
    expect(lamp.exit().status.lastExit).toMatchObject({ cause: 'wrong-token' });
  });
});
