import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createWakefulness } from '../../src/manager/wakefulness.ts';

let now = 0;

beforeEach(() => {
  now = 0;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The event loop turns for so long. */
function turn(milliseconds: number): void {
  for (let left = milliseconds; left > 0; left -= 50) {
    now += 50;
    vi.advanceTimersByTime(50);
  }
}

it('an event loop that turns does not sleep', () => {
  const wakefulness = createWakefulness(() => now);
  wakefulness.hold();
  turn(5000);
  expect(wakefulness.slept()).toBe(0);
});

it('counts what it slept, at once and after the next turn', () => {
  const wakefulness = createWakefulness(() => now);
  wakefulness.hold();
  turn(1000);
  now += 10_000;
  expect(wakefulness.slept()).toBe(9750);
  turn(1000);
  expect(wakefulness.slept()).toBeGreaterThanOrEqual(9750);
  expect(wakefulness.slept()).toBeLessThanOrEqual(10_000);
});

it('a turn that comes a little late is no sleep', () => {
  const wakefulness = createWakefulness(() => now);
  wakefulness.hold();
  turn(1000);
  now += 200;
  turn(1000);
  expect(wakefulness.slept()).toBe(0);
});

it('tells how long it was awake, at once and after the next turn', () => {
  const wakefulness = createWakefulness(() => now);
  wakefulness.hold();
  turn(1000);
  now += 10_000;
  expect(wakefulness.awake()).toBe(1250);
  turn(1000);
  expect(wakefulness.awake()).toBe(now - wakefulness.slept());
});

it('forgets nothing that it slept when nobody wants to know any more', () => {
  const wakefulness = createWakefulness(() => now);
  const release = wakefulness.hold();
  turn(1000);
  now += 10_000;
  release();
  expect(wakefulness.slept()).toBe(9750);
});

it('has no timer when nobody wants to know, and what passes then is no sleep', () => {
  const wakefulness = createWakefulness(() => now);
  const releases = [wakefulness.hold(), wakefulness.hold()];
  releases[0]!();
  releases[0]!();
  expect(vi.getTimerCount()).toBe(1);
  releases[1]!();
  expect(vi.getTimerCount()).toBe(0);
  now += 60_000;
  wakefulness.hold();
  turn(500);
  expect(wakefulness.slept()).toBe(0);
});
