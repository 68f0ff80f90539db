import { expect, test, vi } from 'vitest';
import { Deadlines } from '../../src/ipc/deadlines.ts';
import { HandClock } from './hand-clock.ts';

test('any number of deadlines of any length come in their order, under one timer', () => {
  const clock = new HandClock();
  const deadlines = new Deadlines(clock);
  const came: string[] = [];
  for (const [name, milliseconds] of Object.entries({ a: 300, b: 100, c: 300, d: 200, e: 100 }))
    deadlines.add(milliseconds, { onTime: () => came.push(`${name} ${clock.now()}`) });
  expect(clock.pending).toBe(1);
  clock.turn(250);
  expect(came).toEqual(['b 100', 'e 100', 'd 200']);
  clock.turn(50);
  expect(came.slice(3)).toEqual(['a 300', 'c 300']);
  expect(clock.pending).toBe(0);
});

test('one that was removed never comes, wherever it stood, and without any there is no timer', () => {
  const clock = new HandClock();
  const deadlines = new Deadlines(clock);
  const came: number[] = [];
  const added = [0, 1, 2, 3].map((number) => deadlines.add(100, { onTime: () => came.push(number) }));
  for (const at of [0, 2, 3]) deadlines.remove(added[at]!);
  clock.turn(100);
  expect(came).toEqual([1]);
  deadlines.remove(deadlines.add(100, { onTime: () => came.push(4) }));
  deadlines.rest();
  expect(clock.pending).toBe(0);
});

test('the timer is not set again for each one that comes alone', () => {
  const clock = new HandClock();
  const set = vi.spyOn(clock, 'setTimeout');
  const deadlines = new Deadlines(clock);
  const came: number[] = [];
  for (let at = 0; at < 5; at += 1) {
    deadlines.remove(deadlines.add(100, { onTime: () => came.push(at) }));
    clock.turn(10);
  }
  deadlines.add(100, { onTime: () => came.push(clock.now()) });
  expect([set.mock.calls.length, clock.pending]).toEqual([1, 1]);
  clock.turn(1000);
  expect([came, clock.pending]).toEqual([[150], 0]);
});

test('one that is added while others come has its whole time', () => {
  const clock = new HandClock();
  const deadlines = new Deadlines(clock);
  const came: number[] = [];
  const again = { onTime: () => came.push(clock.now()) };
  deadlines.add(100, { onTime: () => void deadlines.add(100, again) });
  deadlines.add(150, { onTime: () => came.push(clock.now()) });
  clock.turn(1000);
  expect(came).toEqual([150, 200]);
});

test('a clock that somebody sets changes nothing', () => {
  const clock = new HandClock();
  let set = 0;
  const deadlines = new Deadlines({
    now: () => clock.now() + set,
    elapsed: () => clock.now(),
    setTimeout: (callback, milliseconds) => clock.setTimeout(callback, milliseconds),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  });
  const came: number[] = [];
  deadlines.add(100, { onTime: () => came.push(clock.now()) });
  deadlines.add(200, { onTime: () => came.push(clock.now()) });
  set = 3_600_000;
  clock.turn(100);
  set = -3_600_000;
  clock.turn(100);
  expect(came).toEqual([100, 200]);
});
