import { expect, it } from 'vitest';
import { patientClock } from '../../src/manager/patient-clock.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';

function setUp(milliseconds = 5000) {
  const clock = new VirtualClock();
  const began = clock.now();
  const host = { slept: 0, holders: 0 };
  const release = (): void => {
    host.holders = 0;
  };
  const patient = patientClock(clock, {
    now: () => clock.now(),
    slept: () => host.slept,
    hold: () => {
      host.holders = 1;
      return release;
    },
  });
  const fired: number[] = [];
  const timer = patient.setTimeout(() => fired.push(clock.now() - began), milliseconds);
  /** Time goes by in which this process gets no turn: its timers wait. */
  const sleep = (duration: number): void => {
    host.slept += duration;
    clock.advance(duration);
  };
  return { clock, host, patient, fired, timer, sleep };
}

it('fires in time for a host that was awake', () => {
  const { clock, host, fired } = setUp();
  clock.advance(10_000);
  expect(fired).toEqual([5000]);
  expect(host.holders).toBe(0);
});

it('[F29] [F31] waits for as long as the host slept, however early it slept', () => {
  const { clock, fired, sleep } = setUp();
  clock.advance(1000);
  sleep(3000);
  clock.advance(1000);
  expect(fired).toEqual([]);
  clock.advance(2999);
  expect(fired).toEqual([]);
  clock.advance(1);
  expect(fired).toEqual([8000]);
});

it('[F29] [F31] waits another second when it was due while the host slept and little was left', () => {
  const { clock, host, fired } = setUp();
  clock.advance(4900);
  host.slept = 100;
  clock.advance(1000);
  expect(fired).toEqual([]);
  clock.advance(100);
  expect(fired).toEqual([6000]);
});

it('waits no longer for that than it was set for', () => {
  const { clock, host, fired } = setUp(50);
  host.slept = 10;
  clock.advance(1000);
  expect(fired).toEqual([100]);
});

it('waits once more when the host sleeps again', () => {
  const { clock, fired, sleep } = setUp();
  sleep(3000);
  clock.advance(2500);
  sleep(1000);
  clock.advance(10_000);
  expect(fired).toEqual([9000]);
});

it('fires in the end for a host that stalls all the time', () => {
  const { clock, fired, sleep } = setUp();
  for (let stall = 0; stall < 30 && fired.length === 0; stall += 1) {
    clock.advance(250);
    sleep(350);
  }
  // Five seconds of turns of 250 ms, each with a stall.
  expect(fired[0]).toBeGreaterThanOrEqual(11_000);
  expect(fired[0]).toBeLessThanOrEqual(13_000);
});

it('can be cleared while it waits longer', () => {
  const { clock, host, patient, fired, timer, sleep } = setUp();
  sleep(4000);
  clock.advance(1500);
  patient.clearTimeout(timer);
  patient.clearTimeout(timer);
  clock.advance(10_000);
  expect(fired).toEqual([]);
  expect([clock.pending, host.holders]).toEqual([0, 0]);
});
