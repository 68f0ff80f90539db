import { expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createCalls } from '../../src/ipc/calls.ts';
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
    awake: () => clock.now() - host.slept,
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

function setUpCalls() {
  const { clock, patient, sleep } = setUp();
  const calls = createCalls({ clock: patient });
  const begin = (name: string, timeout: number): void =>
    void calls.begin({ name, timeout, send: () => {}, cancel: () => {} }).catch(() => {});
  /** How many calls wait after so much more time. */
  const waiting = (milliseconds: number): number => {
    clock.advance(milliseconds);
    return calls.size;
  };
  return { calls, begin, waiting, sleep };
}

it('[F29] [F31] a call beside a shorter one has its whole time awake', () => {
  const { begin, waiting, sleep } = setUpCalls();
  begin('long', 30_000);
  begin('short', 5000);
  sleep(60_000);
  expect(waiting(4999)).toBe(2);
  expect(waiting(1)).toBe(1);
  expect(waiting(24_999)).toBe(1);
  expect(waiting(1)).toBe(0);
});

it('[F29] [F31] a call under the timer of one that was answered has its whole time awake', () => {
  const { calls, begin, waiting, sleep } = setUpCalls();
  begin('answered', 5000);
  calls.resolve(1, 'here');
  expect(waiting(4900)).toBe(0);
  begin('young', 5000);
  sleep(6000);
  expect(waiting(4999)).toBe(1);
  expect(waiting(1)).toBe(0);
});

it('[F31] a call beside a shorter one has its whole time on the clock of the system, too', async () => {
  const calls = createCalls({ clock: patientClock(systemClock) });
  const begin = (name: string, timeout: number): Promise<unknown> =>
    calls.begin({ name, timeout, send: () => {}, cancel: () => {} });
  const [long, short] = [begin('long', 1000), begin('short', 50)];
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
  await expect(short).rejects.toMatchObject({ code: 'CALL_TIMED_OUT' });
  expect(calls.resolve(1, 'here')).toBe(true);
  expect(await long).toBe('here');
});
