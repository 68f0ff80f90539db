import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Client } from '../../src/cli/control/client.ts';
import { giveOrders, type OrderName, type Outcome } from '../../src/cli/control/orders.ts';
import {
  createTestManager,
  failsInit,
  initialises,
  life,
  registers,
  type TestManager,
} from '../../src/testing/index.ts';
import { serve } from '../http/kit.ts';

const steady = life([registers(), initialises({ after: 50 })]);
const modules = {
  lamp: steady,
  mixer: steady,
  moody: life([registers(), failsInit('the device said no')]),
  hopeless: life([registers(), failsInit('no such address', { misconfigured: true })]),
  slow: life([registers()]),
};

async function staged() {
  const manager = createTestManager({ modules, policy: { intensity: { crashes: 1 } } });
  onTestFinished(() => manager[Symbol.asyncDispose]());
  const dashboard = await serve(manager);
  const { url, token, instance } = dashboard;
  for (const id of Object.keys(modules))
    manager.add({ id, module: 'x.js', enabled: id === 'lamp' || id === 'mixer' });
  await manager.advance(100);
  const client = new Client({ pid: process.pid, file: 'a.json', url, token, instance });
  return { manager, dashboard, client };
}

/** Gives an order while time goes on for the modules. */
async function give(
  { manager, client }: { manager: TestManager; client: Client },
  order: OrderName,
  connections: readonly string[],
  time: number | null,
) {
  const outcomes: Outcome[] = [];
  const given = giveOrders(client, { order, connections, wait: time }, (outcome) => outcomes.push(outcome));
  const pending = { is: true };
  void Promise.allSettled([given]).then(() => (pending.is = false));
  while (pending.is) {
    await manager.advance(100);
    await wait(10);
  }
  return {
    isWell: await given,
    told: outcomes.map(({ connection, outcome, text }) => `${connection} ${outcome}: ${text}`),
  };
}

describe('an order from the command line', () => {
  test('is given to each connection, and without waiting it is said what they are like then', async () => {
    const stage = await staged();
    expect(await give(stage, 'disable', ['lamp', 'mixer', 'lamp'], null)).toEqual({
      isWell: true,
      told: ['lamp accepted: stopping', 'mixer accepted: stopping'],
    });
  });

  test('to restart is done when a new process is ready, not when the old one still is', async () => {
    const stage = await staged();
    const pid = (): number | null => stage.manager.get('lamp').status.pid;
    const before = pid();
    const { isWell, told } = await give(stage, 'restart', ['lamp'], 20_000);
    expect({ isWell, told }).toEqual({ isWell: true, told: [`lamp done: ready, run 2, pid ${pid()}`] });
    expect(pid()).not.toBe(before);
  });

  test('to enable has failed when the connection will not get ready without a change, and that is said', async () => {
    const stage = await staged();
    expect(await give(stage, 'enable', ['moody', 'hopeless', 'lamp'], 20_000)).toEqual({
      isWell: false,
      told: expect.arrayContaining([
        expect.stringMatching(/^lamp done: ready, run 1, pid \d+$/),
        expect.stringMatching(/^moody failed: failed \(.*\)/),
        expect.stringMatching(/^hopeless failed: misconfigured \(.*no such address.*\)/),
      ]) as string[],
    });
  });

  test('to enable has an end when the time is over', async () => {
    const stage = await staged();
    stage.manager.get('slow').update({ policy: { deadlines: { init: 3_000_000 } } });
    const { isWell, told } = await give(stage, 'enable', ['slow'], 400);
    expect({ isWell, told }).toEqual({
      isWell: false,
      told: ['slow timed out: not ready after 400ms: initialising'],
    });
  });

  test('to disable is done when the process is gone', async () => {
    const stage = await staged();
    expect(await give(stage, 'disable', ['lamp'], 20_000)).toEqual({
      isWell: true,
      told: ['lamp done: disabled'],
    });
    expect(stage.manager.get('lamp').status.alive).toBe(false);
  });

  test('that is refused says why, and the others are given nevertheless', async () => {
    const stage = await staged();
    expect(await give(stage, 'restart', ['moody', 'lamp'], 20_000)).toEqual({
      isWell: false,
      told: [
        'moody refused: Connection "moody" refuses to restart: it is disabled: enable it first.',
        expect.stringMatching(/^lamp done: ready, run 2/),
      ],
    });
  });

  test('to a connection that is not there is given to nobody, and names those that may be meant', async () => {
    const stage = await staged();
    await expect(give(stage, 'disable', ['lamp', 'mixr'], null)).rejects.toThrow(
      'There is no connection "mixr". Did you mean mixer?',
    );
    await expect(give(stage, 'disable', ['xyz'], null)).rejects.toThrow(
      'There is no connection "xyz". There are: lamp, mixer, moody, hopeless, slow.',
    );
    expect(stage.manager.get('lamp').status.state).toBe('ready');
  });

  test('has failed when its connection is removed, before or while it is waited for', async () => {
    for (const time of [0, 300]) {
      const stage = await staged();
      const outcome = give(stage, 'enable', ['slow'], 20_000);
      await stage.manager.until(stage.manager.get('slow').waitFor('initialising'));
      await wait(time);
      await stage.manager.until(stage.manager.get('slow').remove());
      expect(await outcome).toEqual({ isWell: false, told: ['slow failed: was removed'] });
    }
  });

  test('has failed when the run ends', async () => {
    const stage = await staged();
    const outcome = give(stage, 'enable', ['slow'], 20_000);
    await stage.manager.until(stage.manager.get('slow').waitFor('initialising'));
    await stage.dashboard.close();
    const { isWell, told } = await outcome;
    expect({ isWell, told }).toEqual({ isWell: false, told: ['slow failed: the run ended meanwhile'] });
  });
});
