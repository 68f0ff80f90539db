import { expect, test } from 'vitest';
import { Deadlines } from '../../src/ipc/deadlines.ts';
import { HandClock } from './hand-clock.ts';

test('any number of deadlines of any length come in their order, under one timer', () => {
  const clock = new HandClock();
  const deadlines = new Deadlines(clock);
  const came: string[] = [];
  for (const [name, milliseconds] of Object.entries({ a: 300, b: 100, c: 300, d: 200, e: 100 }))
    deadlines.add(milliseconds, () => came.push(`${name} ${clock.now()}`));
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
  const added = [0, 1, 2, 3].map((number) => deadlines.add(100, () => came.push(number)));
  for (const at of [0, 2, 3]) deadlines.remove(added[at]!);
  clock.turn(100);
  expect(came).toEqual([1]);
  deadlines.remove(deadlines.add(100, () => came.push(4)));
  expect(clock.pending).toBe(0);
});

test('one that is added while others come has its whole time', () => {
  const clock = new HandClock();
  const deadlines = new Deadlines(clock);
  const came: number[] = [];
  deadlines.add(100, () => deadlines.add(100, () => came.push(clock.now())));
  deadlines.add(150, () => came.push(clock.now()));
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
  deadlines.add(100, () => came.push(clock.now()));
  deadlines.add(200, () => came.push(clock.now()));
  set = 3_600_000;
  clock.turn(100);
  set = -3_600_000;
  clock.turn(100);
  expect(came).toEqual([100, 200]);
});
