import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';

it('fires the timers that are started while it is turned', () => {
  const clock = new VirtualClock(0);
  const fired: number[] = [];
  const again = (): void => {
    fired.push(clock.now());
    if (fired.length < 3) clock.setTimeout(again, 100);
  };
  clock.setTimeout(again, 100);
  clock.advance(1000);
  expect(fired).toEqual([100, 200, 300]);
  expect(clock.now()).toBe(1000);
});

it('fires one timer at a time, the next one or any', () => {
  const clock = new VirtualClock(0);
  const fired: string[] = [];
  clock.setTimeout(() => fired.push('soon'), 10);
  clock.setTimeout(() => fired.push('later'), 20);
  const last = clock.setTimeout(() => fired.push('last'), 30);
  expect(clock.fire(last)).toBe(true);
  expect(clock.fire()).toBe(true);
  expect(clock.now()).toBe(30);
  expect(clock.timers.map(({ due }) => due)).toEqual([20]);
  expect(fired).toEqual(['last', 'soon']);
});

it('fires no timer that was cleared, or twice', () => {
  const clock = new VirtualClock();
  const timer = clock.setTimeout(() => expect.unreachable(), 10);
  clock.clearTimeout(timer);
  expect(clock.fire(timer)).toBe(false);
  expect(clock.fire()).toBe(false);
  clock.advance(100);
  expect(clock.pending).toBe(0);
});
