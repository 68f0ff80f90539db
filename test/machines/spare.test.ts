import { describe, expect, it } from 'vitest';
import { createActor, fromCallback, type EventObject } from 'xstate';
import { defaultPolicy } from '../../src/machines/policy.ts';
import type { SpareEvent, SpareNews } from '../../src/machines/spare-events.ts';
import { spareMachine } from '../../src/machines/spare.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { createPlayedActor } from './create-played-actor.ts';

type Untimed<E> = E extends SpareEvent ? Omit<E, 'at'> : never;
type Unmarked<E> = E extends SpareNews ? Omit<E, 'at' | 'incarnation'> : never;

/** The real chart on a turned clock; the test plays the slot and the process. */
class PlayedSpare {
  readonly clock = new VirtualClock();
  readonly slot: string[] = [];
  /** The incarnations whose actor runs. */
  readonly processes = new Set<number>();
  kills = 0;
  readonly actor = createPlayedActor(
    spareMachine,
    {
      slot: fromCallback(({ receive }) => {
        this.slot.push('requested');
        receive(({ type }) => this.slot.push(`${type}d`));
        return () => this.slot.push('ended');
      }),
      process: fromCallback<EventObject, { incarnation: number }>(({ input: { incarnation }, receive }) => {
        this.processes.add(incarnation);
        receive(({ type }) => (this.kills += type === 'kill' ? 1 : 0));
        return () => this.processes.delete(incarnation);
      }),
    },
    { clock: this.clock, input: { id: 'spare', policy: defaultPolicy, at: this.clock.now() } },
  ).start();

  send(event: Untimed<SpareEvent>): this {
    this.actor.send({ ...event, at: this.clock.now() });
    return this;
  }

  news(event: Unmarked<SpareNews>, incarnation = this.context.incarnation): this {
    return this.send({ ...event, incarnation });
  }

  get context() {
    return this.actor.getSnapshot().context;
  }

  get at(): unknown {
    return this.actor.getSnapshot().value;
  }

  queued(): this {
    this.send({ type: 'want' });
    this.clock.advance(50);
    return this;
  }

  spawning(): this {
    return this.queued().send({ type: 'slot.granted' });
  }

  registering(): this {
    return this.spawning().news({ type: 'process.spawned', pid: 4711 });
  }

  answering(): this {
    return this.registering().news({ type: 'process.registered' });
  }

  waiting(): this {
    return this.answering().news({ type: 'process.waits' });
  }
}

const running = (inside: unknown) => ({ needed: { running: inside } });
const starting = (inside: string) => running({ starting: inside });
const ending = (inside: string) => running({ ending: inside });
const exit = { type: 'process.exited', detail: 'it ended' } as const;

describe('a spare', () => {
  it('is started a moment after it is wanted, when a start slot is free, and gives the slot back when it has registered', () => {
    const spare = new PlayedSpare();
    expect(spare.at).toBe('unwanted');
    spare.send({ type: 'want' });
    expect(spare.at).toBe('renewing');
    expect(spare.slot).toEqual([]);
    spare.clock.advance(50);
    expect(spare.at).toEqual({ needed: 'queued' });
    spare.send({ type: 'slot.granted' });
    expect(spare.at).toEqual(starting('spawning'));
    expect([...spare.processes]).toEqual([1]);
    spare.news({ type: 'process.spawned', pid: 4711 });
    expect(spare.at).toEqual(starting('registering'));
    expect(spare.context.pid).toBe(4711);
    expect(spare.slot).toEqual(['requested']);
    spare.news({ type: 'process.registered' });
    expect(spare.at).toEqual(running('answering'));
    expect(spare.slot).toEqual(['requested', 'released']);
    expect(spare.actor.getSnapshot().hasTag('takeable')).toBe(false);
    spare.news({ type: 'process.waits' });
    expect(spare.at).toEqual(running('waiting'));
    expect(spare.actor.getSnapshot().hasTag('takeable')).toBe(true);
  });

  it('knows since when it is what it is, and when patience with that ends', () => {
    const spare = new PlayedSpare();
    const times: [since: number, due: number | null][] = [];
    const begin = spare.context.since;
    const note = (): void => {
      const { since, due } = spare.context;
      times.push([since - begin, due === null ? null : due - begin]);
      spare.clock.advance(10);
    };
    note();
    spare.send({ type: 'want' });
    note();
    spare.clock.advance(40);
    note();
    spare.send({ type: 'slot.granted' });
    note();
    spare.news({ type: 'process.spawned', pid: 4711 });
    note();
    spare.news({ type: 'process.registered' });
    note();
    spare.news({ type: 'process.waits' });
    note();
    spare.send({ type: 'dismiss' });
    note();
    spare.news(exit);
    note();
    expect(times).toEqual([
      [0, null],
      [10, 60],
      [60, null],
      [70, 5070],
      [80, 10_080],
      [90, 10_090],
      [100, null],
      [110, null],
      [120, null],
    ]);
  });

  it('fails loudly without its actors, and says which one it lacks', () => {
    const nobody = fromCallback<never, never>(() => {});
    for (const [name, actors] of [
      ['slot', {}],
      ['process', { slot: nobody }],
    ] as const) {
      const clock = new VirtualClock();
      const input = { id: 'spare', policy: defaultPolicy, at: clock.now() };
      const actor = createActor(spareMachine.provide({ actors: actors as never }), { clock, input });
      const errors: unknown[] = [];
      actor.subscribe({ error: (error) => errors.push(error) });
      actor.start().send({ type: 'want', at: clock.now() });
      clock.advance(50);
      actor.send({ type: 'slot.granted', at: clock.now() });
      expect(errors).toEqual([
        expect.objectContaining({
          message: expect.stringContaining(`without its actor "${name}"`) as string,
        }),
      ]);
    }
  });

  it('that is taken belongs to somebody else, is not killed, and is followed by another one', () => {
    const spare = new PlayedSpare().waiting().send({ type: 'take' });
    expect(spare.at).toBe('renewing');
    expect(spare.processes.size).toBe(0);
    expect(spare.kills).toBe(0);
    expect(spare.context).toMatchObject({ pid: null, failures: 0 });
    spare.clock.advance(50);
    expect(spare.at).toEqual({ needed: 'queued' });
  });

  it('can be taken only while it waits', () => {
    for (const spare of [
      new PlayedSpare(),
      new PlayedSpare().send({ type: 'want' }),
      new PlayedSpare().queued(),
      new PlayedSpare().spawning(),
      new PlayedSpare().registering(),
      new PlayedSpare().answering(),
      new PlayedSpare().waiting().send({ type: 'dismiss' }),
    ]) {
      const before = spare.at;
      expect(spare.send({ type: 'take' }).at).toEqual(before);
      expect(spare.actor.getSnapshot().hasTag('takeable')).toBe(false);
    }
  });

  it('that nobody could need any more is killed, or not started', () => {
    expect(new PlayedSpare().send({ type: 'want' }).send({ type: 'dismiss' }).at).toBe('unwanted');
    expect(new PlayedSpare().queued().send({ type: 'dismiss' }).at).toBe('unwanted');
    const spares = [
      new PlayedSpare().spawning(),
      new PlayedSpare().registering(),
      new PlayedSpare().answering(),
      new PlayedSpare().waiting(),
    ];
    for (const spare of spares) {
      spare.send({ type: 'dismiss' });
      expect(spare.at).toEqual(ending('dismissed'));
      expect(spare.kills).toBe(1);
      expect(spare.slot.at(-1)).toBe('released');
      spare.news({ type: 'process.spawned', pid: 4713 });
      expect(spare.context.pid).toBe(4713);
      spare.news(exit);
      expect(spare.at).toBe('unwanted');
      expect(spare.processes.size).toBe(0);
    }
    expect(
      new PlayedSpare()
        .spawning()
        .send({ type: 'dismiss' })
        .news({ type: 'process.spawnFailed', message: 'no' }).at,
    ).toBe('unwanted');
  });

  it('that is wanted again while it is being killed is followed by another one, and may be dismissed again', () => {
    const spare = new PlayedSpare().waiting().send({ type: 'dismiss' }).send({ type: 'want' });
    expect(spare.at).toEqual(ending('replaced'));
    expect(spare.send({ type: 'want' }).at).toEqual(ending('replaced'));
    expect(spare.send({ type: 'dismiss' }).send({ type: 'dismiss' }).at).toEqual(ending('dismissed'));
    expect(spare.kills).toBe(1);
    expect(spare.send({ type: 'want' }).news(exit).at).toBe('renewing');
    const never = new PlayedSpare().spawning().send({ type: 'dismiss' }).send({ type: 'want' });
    expect(never.news({ type: 'process.spawnFailed', message: 'no' }).at).toBe('renewing');
  });

  it.each([
    [
      'can’t be started',
      () => new PlayedSpare().spawning().news({ type: 'process.spawnFailed', message: 'no' }),
      'no',
    ],
    ['ends while it starts', () => new PlayedSpare().registering().news(exit), 'it ended'],
    ['ends while it is asked for', () => new PlayedSpare().spawning().news(exit), 'it ended'],
    ['ends while it is asked', () => new PlayedSpare().answering().news(exit), 'it ended'],
    ['ends while it waits', () => new PlayedSpare().waiting().news(exit), 'it ended'],
  ] as const)('that %s is tried again after a second, and after longer each time', (_, fail, reason) => {
    const spare = fail();
    expect(spare.at).toBe('renewing');
    expect(spare.context).toMatchObject({ failures: 1, reason, pid: null });
    spare.send({ type: 'want' });
    spare.clock.advance(999);
    expect(spare.at).toBe('renewing');
    spare.clock.advance(1);
    expect(spare.at).toEqual({ needed: 'queued' });
    spare.send({ type: 'slot.granted' }).news(exit);
    expect(spare.context.failures).toBe(2);
    spare.clock.advance(1999);
    expect(spare.at).toBe('renewing');
    spare.clock.advance(1);
    expect(spare.at).toEqual({ needed: 'queued' });
  });

  it('never waits longer than a connection would', () => {
    const spare = new PlayedSpare().queued();
    for (let failure = 0; failure < 12; failure += 1) {
      spare.send({ type: 'slot.granted' }).news(exit);
      spare.clock.advance(60_000);
    }
    expect(spare.at).toEqual({ needed: 'queued' });
  });

  it('forgets failures when one is taken, or none is wanted any more', () => {
    const spare = new PlayedSpare().waiting().news(exit);
    spare.clock.advance(1000);
    spare
      .send({ type: 'slot.granted' })
      .news({ type: 'process.spawned', pid: 1 })
      .news({ type: 'process.registered' })
      .news({ type: 'process.waits' });
    expect(spare.send({ type: 'take' }).context).toMatchObject({ failures: 0, reason: null });
    const unwanted = new PlayedSpare().waiting().news(exit).send({ type: 'dismiss' });
    expect(unwanted.context).toMatchObject({ failures: 0, reason: null });
  });

  it.each([
    ['it did not start in time', () => new PlayedSpare().spawning(), 5000],
    ['it did not register in time', () => new PlayedSpare().registering(), 10_000],
    ['it did not answer in time', () => new PlayedSpare().answering(), 10_000],
  ] as const)('is given up: %s', (reason, begin, deadline) => {
    const spare = begin();
    spare.clock.advance(deadline - 1);
    expect(spare.kills).toBe(0);
    spare.clock.advance(1);
    expect(spare.at).toEqual(ending('replaced'));
    expect(spare.kills).toBe(1);
    expect(spare.context).toMatchObject({ failures: 1, reason });
    expect(spare.news(exit).at).toBe('renewing');
  });

  it('that can’t be used is killed and replaced', () => {
    for (const spare of [
      new PlayedSpare().registering(),
      new PlayedSpare().answering(),
      new PlayedSpare().waiting(),
    ]) {
      spare.news({ type: 'process.failed', message: 'it lies' });
      expect(spare.at).toEqual(ending('replaced'));
      expect(spare.context.reason).toBe('it lies');
      expect(spare.kills).toBe(1);
    }
  });

  it('ignores news of a process that is over', () => {
    const all: Unmarked<SpareNews>[] = [
      { type: 'process.spawned', pid: 1 },
      { type: 'process.spawnFailed', message: 'no' },
      { type: 'process.registered' },
      { type: 'process.waits' },
      { type: 'process.failed', message: 'no' },
      exit,
    ];
    for (const spare of [
      new PlayedSpare(),
      new PlayedSpare().send({ type: 'want' }),
      new PlayedSpare().queued(),
      new PlayedSpare().spawning(),
      new PlayedSpare().registering(),
      new PlayedSpare().answering(),
      new PlayedSpare().waiting(),
      new PlayedSpare().waiting().send({ type: 'dismiss' }),
      new PlayedSpare().waiting().news({ type: 'process.failed', message: 'it lies' }),
    ]) {
      const { value, context } = spare.actor.getSnapshot();
      for (const event of all) spare.news(event, context.incarnation - 1);
      expect(spare.at).toEqual(value);
      expect(spare.context).toEqual(context);
    }
  });

  it('hears nothing new from a process that says the same again', () => {
    const spare = new PlayedSpare().waiting();
    for (const event of [
      { type: 'process.spawned', pid: 9 },
      { type: 'process.spawnFailed', message: 'no' },
      { type: 'process.registered' },
      { type: 'process.waits' },
    ] as const) {
      expect(spare.news(event).at).toEqual(running('waiting'));
    }
    expect(spare.context.pid).toBe(4711);
    expect(spare.send({ type: 'want' }).send({ type: 'slot.granted' }).at).toEqual(running('waiting'));
  });
});
