import { expect, it } from 'vitest';
import { StartSlots } from '../../src/manager/start-slots.ts';

it('grants slots in the order of the requests', () => {
  const slots = new StartSlots(1);
  const granted: string[] = [];
  const first = slots.request(() => granted.push('first'));
  slots.request(() => granted.push('second'));
  slots.request(() => granted.push('third'));
  expect(granted).toEqual(['first']);
  expect(slots).toMatchObject({ held: 1, waiting: 2 });
  first.release();
  expect(granted).toEqual(['first', 'second']);
});

it('gives a slot back once, however often it is released', () => {
  const slots = new StartSlots(1);
  const granted: string[] = [];
  const first = slots.request(() => {});
  first.release();
  first.release();
  slots.request(() => granted.push('second'));
  slots.request(() => granted.push('third'));
  expect(granted).toEqual(['second']);
});

it('lets who waits leave the line', () => {
  const slots = new StartSlots(1);
  const granted: string[] = [];
  const first = slots.request(() => {});
  slots.request(() => granted.push('second')).release();
  slots.request(() => granted.push('third'));
  first.release();
  expect(granted).toEqual(['third']);
});

it('grants to any number of those who release at once', () => {
  const slots = new StartSlots(1);
  const first = slots.request(() => {});
  let granted = 0;
  for (let waiting = 0; waiting < 20_000; waiting += 1) {
    const ticket = slots.request(() => {
      granted += 1;
      ticket.release();
    });
  }
  first.release();
  expect(granted).toBe(20_000);
});

it('grants to all who fit when one who was granted releases at once', () => {
  const slots = new StartSlots(1);
  const granted: number[] = [];
  const first = slots.request(() => {});
  const tickets = [1, 2, 3].map((number) =>
    slots.request(() => {
      granted.push(number);
      tickets[number - 1]?.release();
    }),
  );
  first.release();
  expect(granted).toEqual([1, 2, 3]);
  expect(slots).toMatchObject({ held: 0, waiting: 0 });
});

it('grants none any more when it is closed, neither one that gets free nor one that is', () => {
  const slots = new StartSlots(2);
  const granted: string[] = [];
  const first = slots.request(() => {});
  slots.request(() => {});
  slots.request(() => granted.push('third'));
  slots.close();
  first.release();
  slots.request(() => granted.push('fourth'));
  expect(granted).toEqual([]);
  expect(slots).toMatchObject({ held: 1, waiting: 2 });
});
