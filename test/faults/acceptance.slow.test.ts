import { expect, test } from 'vitest';
import { createStage } from './manager.ts';
import { lives, processesOf, until } from './operating-system.ts';

// `scripts/restart-watch.mjs` watches a slower module for 20 s.
const watched = 3000;

test(
  'a restart requested for a module that takes a second to register leads to exactly one new process, also when watched for long after',
  { timeout: 30_000 },
  async () => {
    await using stage = createStage();
    const connection = stage.add('takes-its-time.js', { env: { BEFORE_REGISTER: '1000' } });
    const first = await connection.waitFor('ready');
    const seen = new Set(processesOf(connection.id));
    expect([...seen]).toEqual([first.pid]);
    connection.restart();
    const end = Date.now() + watched;
    await until('the watch is over', () => {
      for (const pid of processesOf(connection.id)) seen.add(pid);
      return Date.now() > end;
    });
    expect(connection.status).toMatchObject({ state: 'ready', incarnation: 2, attempt: 0, reason: null });
    expect([...seen]).toEqual([first.pid, connection.status.pid]);
    expect(stage.journal.exits).toMatchObject([{ incarnation: 1, cause: 'stopped', crash: false }]);
  },
);

test('with one start slot and one module that never registers, three others become ready, and the hanging one can be disabled at once', async () => {
  await using stage = createStage({
    startSlots: 1,
    policy: { deadlines: { register: 500 }, backoff: { initial: 100 } },
  });
  const hanging = stage.add('hangs-while-importing.js');
  const { pid } = await hanging.waitFor('registering');
  const others = [1, 2, 3].map(() => stage.add('healthy.js'));
  for (const other of others) await other.waitFor('queued');
  expect(stage.manager.status.startSlots).toMatchObject({ total: 1, held: 1 });

  for (const other of others) await other.waitFor('ready');
  expect(lives(pid!)).toBe(false);
  const again = await hanging.waitFor('registering');
  expect(again.lastExit).toMatchObject({ incarnation: 1, cause: 'register-timeout', phase: 'registering' });
  expect(stage.manager.status.startSlots.held).toBe(1);
  hanging.disable();
  // It holds nothing any more, whether or not its process is gone already.
  expect(hanging.status).toMatchObject({ state: 'stopping', next: 'toDisable', wanted: false });
  expect(stage.manager.status.startSlots.held).toBe(0);
  const before = Date.now();
  await hanging.waitFor('disabled');
  expect(Date.now() - before).toBeLessThan(250);
  expect(processesOf(hanging.id)).toEqual([]);
  for (const other of others) expect(other.status).toMatchObject({ state: 'ready', incarnation: 1 });
});
