import { expect, test } from 'vitest';
import type { Connection } from '../../src/index.ts';
import type { Stage } from './manager.ts';
import { processesOf } from './operating-system.ts';
import { addAndCatch, situations, stageFor, type Situation } from './situations.ts';

type OrderName = 'enable' | 'disable' | 'restart' | 'remove';

const successions: readonly (readonly OrderName[])[] = [
  ['enable', 'restart', 'disable', 'enable'],
  ['enable', 'disable', 'enable', 'restart'],
  ['enable', 'restart', 'enable', 'disable'],
  ['enable', 'disable', 'enable', 'restart', 'remove'],
];

/** Gives the orders in one breath as soon as the connection is in the situation. */
function play(stage: Stage, situation: Situation, orders: readonly OrderName[]): Promise<Connection> {
  return new Promise((resolve) => {
    addAndCatch(stage, situation, (connection) => {
      for (const order of orders) void connection[order]();
      resolve(connection);
    });
  });
}

test.each(situations)(
  '[F19] of orders in quick succession while $state the last one wins, with one process at most at each moment',
  async (situation) => {
    await using stage = await stageFor(situation);
    const [enabled, restarted, disabled, removed] = await Promise.all(
      successions.map((orders) => play(stage, situation, orders)),
    );
    for (const up of [enabled!, restarted!]) {
      const { pid, wanted } = await up.waitFor('ready');
      expect(wanted).toBe(true);
      expect(processesOf(up.id)).toEqual([pid]);
    }
    await disabled!.waitFor('disabled');
    await removed!.waitFor('removed');
    expect(disabled!.status).toMatchObject({ state: 'disabled', wanted: false, alive: false, pid: null });
    expect(removed!.status).toMatchObject({ state: 'removed', wanted: false, alive: false, pid: null });
    for (const down of [disabled!, removed!]) expect(processesOf(down.id)).toEqual([]);
  },
);
