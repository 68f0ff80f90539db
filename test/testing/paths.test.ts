import { describe, expect, it } from 'vitest';
import { assign, createActor, setup } from 'xstate';
import { pathsOf, VirtualClock, type PathStep } from '../../src/testing/index.ts';

type Press = { readonly type: 'press' };

/** A door that can be jammed: it counts how often it was opened, and opens twice at most. */
const door = setup({
  types: { events: {} as Press, context: {} as { opened: number } },
  guards: { works: ({ context }) => context.opened < 2 },
  actions: { count: assign({ opened: ({ context }) => context.opened + 1 }) },
  delays: { closeDelay: 3000 },
}).createMachine({
  context: { opened: 0 },
  initial: 'shut',
  states: {
    shut: { on: { press: [{ guard: 'works', target: 'open', actions: 'count' }, { target: 'jammed' }] } },
    open: { after: { closeDelay: 'shut' }, on: { press: {} } },
    jammed: { on: { press: {} } },
  },
});

// It has no states within states.
const named = (value: unknown): string => value as string;

const press = (): Press[] => [{ type: 'press' }];

/** Sends a path to a live actor; the steps after which it is elsewhere. */
function wrongSteps(path: readonly PathStep[], machine = door): string[] {
  const actor = createActor(machine, { clock: new VirtualClock() }).start();
  const wrong: string[] = [];
  for (const { event, value } of path) {
    actor.send(event as Press);
    const is = actor.getSnapshot().value;
    if (is !== value) wrong.push(`${event.type}: ${named(is)} instead of ${named(value)}`);
  }
  return wrong;
}

const transitionsOf = (path: readonly PathStep[]): string[] =>
  path.map(
    ({ event, value }, index) => `${named(path[index - 1]?.value ?? 'shut')} ${event.type} ${named(value)}`,
  );

describe('paths over a machine', () => {
  it('take every transition with every outcome, timers included', () => {
    const taken = pathsOf(door, { events: press }).flatMap(transitionsOf);
    const close = 'xstate.after.closeDelay.(machine).open';
    expect([...new Set(taken)].toSorted()).toEqual([
      'jammed press jammed',
      'open press open',
      `open ${close} shut`,
      'shut press jammed',
      'shut press open',
    ]);
  });

  it('take every pair of transitions that can follow each other', () => {
    const pairs = pathsOf(door, { events: press, cover: 'pairs' })
      .map(transitionsOf)
      .flatMap((taken) => taken.slice(1).map((next, index) => `${taken[index]}, ${next}`));
    expect(new Set(pairs).size).toBe(8);
    expect(pairs).toContain('jammed press jammed, jammed press jammed');
  });

  it('lead live actors where they say, and find one that does something else', () => {
    const paths = pathsOf(door, { events: press });
    expect(paths.flatMap((path) => wrongSteps(path))).toEqual([]);
    const broken = door.provide({ actions: { count: () => {} } });
    expect(paths.flatMap((path) => wrongSteps(path, broken))).toContain('press: open instead of jammed');
  });

  it('are told where a machine counts without end, unless somebody says what matters', () => {
    const counter = setup({ types: { context: {} as { count: number }, events: {} as Press } }).createMachine(
      {
        context: { count: 0 },
        on: { press: { actions: assign({ count: ({ context }) => context.count + 1 }) } },
      },
    );
    expect(() => pathsOf(counter, { events: press, most: 50 })).toThrow(/50 different situations.*keyOf/);
    const keyOf = (): string => '';
    expect(pathsOf(counter, { events: press, keyOf })).toHaveLength(1);
  });
});
