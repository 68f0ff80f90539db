import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { fromCallback } from 'xstate';
import { connectionMachine } from '../../src/machines/connection.ts';
import type { ProcessInput } from '../../src/machines/connection-actors.ts';
import type { ProcessOrder } from '../../src/machines/connection-events.ts';
import type { Foundation, Processes } from '../../src/manager/foundation.ts';
import { Manager } from '../../src/manager/manager.ts';
import type { IncarnationNews } from '../../src/process/conversation.ts';
import { fakeModule } from '../../src/testing/fake-module.ts';
import { life, VirtualClock } from '../../src/testing/index.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const words = Array.from({ length: 20 }, (_, line) => `${line} ${'x'.repeat(100)}`);
const clock = new VirtualClock();

/** Each process talks, is told of twice and dies with its last words; every hundredth was ready before. */
const processes: Processes = {
  registry: { kill: () => {}, killAll: () => {}, gone: () => Promise.resolve() },
  guards: {
    status: { parentDeathSignal: 'off', janitor: 'off', search: 'off', watchdog: 'off' },
    end: () => Promise.resolve(),
  },
  launcher: { status: { state: 'off', pid: null, deaths: 0 }, end: () => Promise.resolve() },
  logic: (host) =>
    fromCallback<ProcessOrder, ProcessInput>(({ input: { connectionId, incarnation }, sendBack }) => {
      const report = (news: IncarnationNews): void => sendBack({ ...news, incarnation, at: clock.now() });
      for (let times = 0; times < 2; times += 1) report({ type: 'process.spawned', pid: incarnation });
      if (incarnation % 100 === 0) {
        const { onOutput, app } = host.incarnation(connectionId);
        report({ type: 'module.registered', tokenValid: true, versionSupported: true, detail: '' });
        report({ type: 'module.initialised' });
        onOutput({ stream: 'stdout', text: words.join() });
        app.notify('hello', words);
      }
      report({ type: 'process.exited', code: 1, signal: null, lastWords: words.slice(), chance: 0.5 });
    }),
};

const foundation: Foundation = {
  toModule: () => fakeModule(() => life([]), clock),
  timeFrom: () => clock,
  createProcesses: () => processes,
  machine: connectionMachine,
};

test('what a connection remembers does not grow with its age: 10,000 crashes and restarts', async () => {
  const manager = new Manager({ policy: { intensity: { period: 0 }, backoff: { initial: 0 } } }, foundation);
  const seen = { exit: 0, output: 0, message: 0, discarded: 0, problem: 0 };
  for (const name of Object.keys(seen) as (keyof typeof seen)[]) manager.on(name, () => (seen[name] += 1));
  const lamp = manager.add({ id: 'lamp', module: 'lamp' });

  await live(manager, 1000);
  const young = memoryOf(manager);
  await live(manager, 10_000);
  const old = memoryOf(manager);

  expect(seen).toEqual({ exit: 10_000, output: 100, message: 100, discarded: 10_000, problem: 0 });
  const lastTen = Array.from({ length: 10 }, (_, index) => 9991 + index);
  expect(lamp.history.map(({ incarnation }) => incarnation)).toEqual(lastTen);
  expect(old.timers).toBe(young.timers);
  // Digits of counters, and nothing else.
  expect(old.context - young.context).toBeLessThan(50);
  expect(old.heap - young.heap).toBeLessThan(500_000);
});

/** Lets it crash again and again until it had so many incarnations. */
async function live(manager: Manager, incarnations: number): Promise<void> {
  const lamp = manager.get('lamp');
  while (lamp.status.incarnation < incarnations) {
    // The preparation of a start takes a turn, the wait before it a timer.
    if (lamp.status.state === 'backingOff') clock.fire();
    await turn();
  }
}

function memoryOf(manager: Manager) {
  for (let times = 0; times < 3; times += 1) collectGarbage();
  return {
    heap: process.memoryUsage().heapUsed,
    timers: clock.pending,
    context: JSON.stringify(manager.get('lamp').actor.getSnapshot().context).length,
  };
}
