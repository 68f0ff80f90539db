import { expect, it } from 'vitest';
import { patientClock } from '../../src/manager/patient-clock.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock();
  const host = { sleptFor: 0 };
  const patient = patientClock(clock, () => clock.now() + host.sleptFor);
  const fired: number[] = [];
  const began = clock.now();
  const timer = patient.setTimeout(() => fired.push(clock.now() - began), 5000);
  return { clock, host, patient, fired, timer };
}

it('fires in time for a host that was awake', () => {
  const { clock, fired } = setUp();
  clock.advance(10_000);
  expect(fired).toEqual([5000]);
});

it('waits another second when the host slept through the deadline', () => {
  const { clock, host, fired } = setUp();
  host.sleptFor = 60_000;
  clock.advance(5000);
  expect(fired).toEqual([]);
  clock.advance(999);
  expect(fired).toEqual([]);
  clock.advance(1);
  expect(fired).toEqual([6000]);
});

it('can be cleared in that second too', () => {
  const { clock, host, patient, fired, timer } = setUp();
  host.sleptFor = 60_000;
  clock.advance(5500);
  patient.clearTimeout(timer);
  clock.advance(10_000);
  expect(fired).toEqual([]);
  expect(clock.pending).toBe(0);
});
