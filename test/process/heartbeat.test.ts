import { expect, test } from 'vitest';
import { createHeartbeat } from '../../src/process/heartbeat.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';

function play(interval = 1000) {
  const clock = new VirtualClock();
  const heard: string[] = [];
  let skew = 0;
  const pings: PromiseWithResolvers<void>[] = [];
  const heartbeat = createHeartbeat({
    clock: { setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout, now: () => clock.now() + skew },
    interval,
    ping: () => {
      const ping = resolvers();
      pings.push(ping);
      return ping.promise;
    },
    missed: () => heard.push('missed'),
    answered: () => heard.push('answered'),
  });
  const answer = async (): Promise<void> => {
    pings.at(-1)!.resolve();
    await Promise.resolve();
  };
  /** Time goes by in which this process gets no turn; then its overdue timers run. */
  const sleep = (milliseconds: number): void => {
    skew += milliseconds;
  };
  return { clock, heard, heartbeat, pings, answer, sleep };
}

function resolvers(): PromiseWithResolvers<void> {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

test('answered pings are no news', async () => {
  const { clock, heard, heartbeat, pings, answer } = play();
  heartbeat.start();
  for (let beat = 0; beat < 5; beat += 1) {
    await answer();
    clock.advance(1000);
  }
  expect(pings).toHaveLength(6);
  expect(heard).toEqual([]);
});

test('each beat without an answer is one miss, no second ping is sent, and the answer is told once', async () => {
  const { clock, heard, heartbeat, pings, answer } = play();
  heartbeat.start();
  clock.advance(3000);
  expect(heard).toEqual(['missed', 'missed', 'missed']);
  expect(pings).toHaveLength(1);
  await answer();
  expect(heard.at(-1)).toBe('answered');
  clock.advance(1000);
  await answer();
  clock.advance(1000);
  expect(heard).toHaveLength(4);
  expect(pings).toHaveLength(3);
});

test('[F29] [F31] a beat that comes an interval late is not counted, and the next interval is a whole one', async () => {
  const { clock, heard, heartbeat, sleep } = play();
  heartbeat.start();
  clock.advance(900);
  sleep(60_000);
  clock.advance(100);
  expect(heard).toEqual([]);
  clock.advance(999);
  expect(heard).toEqual([]);
  clock.advance(1);
  expect(heard).toEqual(['missed']);
});

test('a ping that can’t be sent is a miss, and the next beat tries again', async () => {
  const { clock, heard, heartbeat, pings, answer } = play();
  heartbeat.start();
  pings[0]!.reject(new Error('the queue is full'));
  await Promise.resolve();
  clock.advance(1000);
  expect(heard).toEqual(['missed']);
  expect(pings).toHaveLength(2);
  await answer();
  expect(heard).toEqual(['missed', 'answered']);
});

test('a stopped heartbeat says nothing, and forgets what it waited for', async () => {
  const { clock, heard, heartbeat, pings } = play();
  heartbeat.start();
  heartbeat.start();
  clock.advance(1000);
  heartbeat.stop();
  expect(clock.pending).toBe(0);
  heartbeat.start();
  expect(pings).toHaveLength(2);
  pings[0]!.resolve();
  await Promise.resolve();
  clock.advance(1000);
  expect(heard).toEqual(['missed', 'missed']);
});

test('an interval of 0 switches the heartbeat off', () => {
  const { clock, heartbeat, pings } = play(0);
  heartbeat.start();
  expect([clock.pending, pings.length]).toEqual([0, 0]);
});

test('those that began at different moments of an eighth of the interval beat together, and stay together', async () => {
  const clock = new VirtualClock();
  const beats: number[][] = [[], []];
  const hearts = beats.map((own) =>
    createHeartbeat({
      clock,
      interval: 800,
      ping: async () => void own.push(clock.now()),
      missed: () => {},
      answered: () => {},
    }),
  );
  const began = clock.now();
  clock.advance(100 - (began % 100) + 60);
  hearts[0]?.start();
  clock.advance(30);
  hearts[1]?.start();
  const [first, second] = clock.timers;
  expect(first?.due).toBe(second?.due);
  // At the first moment at which a whole interval has passed for both of them.
  expect(first!.due - clock.now()).toBeGreaterThanOrEqual(800);
  expect(first!.due - clock.now()).toBeLessThan(900);
  // Both are answered.
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(first!.due - clock.now());
  expect(beats.map((own) => own.at(-1))).toEqual([first!.due, first!.due]);
  expect(clock.timers.map(({ due }) => due)).toEqual([first!.due + 800, first!.due + 800]);
});

test('a beat comes no later than Node can wait for', () => {
  const longest = 2 ** 31 - 1;
  const { clock, heard, heartbeat } = play(longest);
  clock.advance(1000);
  heartbeat.start();
  clock.advance(longest - 1);
  expect(heard).toEqual([]);
  clock.advance(1);
  expect(heard).toEqual(['missed']);
});
