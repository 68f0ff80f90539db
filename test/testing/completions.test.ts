import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  calls,
  exits,
  initialises,
  life,
  registers,
  savesConfig,
  type Life,
} from '../../src/testing/index.ts';
import { anyOrder, type GivenOrder } from '../../src/testing/arbitraries.ts';
import { mistakes } from './random-lives/mistakes.ts';
import { ScheduledClock } from './random-lives/scheduled-clock.ts';
import { ids, Stage } from './random-lives/stage.ts';

type Machine = (typeof mistakes)[string];

/** Everything it does takes time, and how much is up to the scheduler: being found, started and initialised, saving its config, calling the app. */
const busy = (ending: Life['acts']): Life =>
  life(
    [
      registers({ after: 1 }),
      initialises({ after: 1 }),
      savesConfig({ n: 1 }, { after: 1 }),
      calls('lookup', 1, { after: 1 }),
      ...ending,
    ],
    { preparation: { after: 1 }, spawn: { after: 1 }, endsAfter: 1 },
  );

/** Whatever is under way ends in any order, orders and calls come in between, and after each of them everything holds. */
function completionsHold(machine?: Machine) {
  const orders = fc.array(fc.tuple(fc.nat(ids.length - 1), anyOrder()), { maxLength: 5 });
  const crashes = fc.boolean();
  return fc.asyncProperty(
    fc.scheduler({ act: (task) => task() }),
    orders,
    crashes,
    async (scheduler, given, doesCrash) => {
      const slowly = (value: unknown) => scheduler.schedule(Promise.resolve(value), 'an answer');
      const first = busy(doesCrash ? [exits(1, { after: 1 })] : []);
      const stage = new Stage(
        ids.map(() => [first, busy([])] as const),
        machine,
        {
          clock: new ScheduledClock(scheduler),
          handlers: { lookup: slowly },
          calls: { echo: slowly },
        },
      );
      const steps = given.map(([whom, order]) => ({
        builder: () => give(stage, whom, order),
        label: `${order.order} ${ids[whom]}`,
      }));
      scheduler.scheduleSequence(steps);
      for (let step = 0; scheduler.count() > 0 && step < 300; step += 1) {
        await scheduler.waitOne();
        await stage.manager.settle();
        stage.check(`step ${step}`);
      }
      await stage.manager[Symbol.asyncDispose]();
    },
  );
}

async function give(stage: Stage, whom: number, order: GivenOrder): Promise<void> {
  await stage.play({ move: 'order', whom, order });
  await stage.play({ move: 'call', whom });
}

it(
  'keeps every promise in whatever order preparations, starts, answers and saves are completed',
  { timeout: 240_000 },
  async () => {
    await fc.assert(completionsHold(), {
      numRuns: Math.ceil(Number(process.env['LIVES_RUNS'] ?? 1500) / 50),
    });
  },
);

it(
  'finds a statechart that does not wait for the end when it restarts, in some order of completions',
  { timeout: 240_000 },
  async () => {
    const found = await fc.check(completionsHold(mistakes['does not wait for the end when it restarts']), {
      numRuns: 300,
      seed: 1,
      endOnFailure: true,
    });
    expect(found.failed).toBe(true);
  },
);
