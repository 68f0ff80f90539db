import { expect, test } from 'vitest';
import type { Connection } from '../../src/index.ts';
import { createStage } from './manager.ts';

const queueBytes = 1024 * 1024;
const filling = 'x'.repeat(20_000);

/** Notifies until the queue is full; how many were accepted. */
function fill(connection: Connection): number {
  for (let number = 0; number < 1000; number += 1) {
    try {
      connection.notify('filled', { number, filling });
    } catch (error) {
      expect(error).toMatchObject({ code: 'QUEUE_FULL' });
      return number;
    }
  }
  return 1000;
}

async function toldNotToRead(
  stage: ReturnType<typeof createStage>,
): Promise<{ connection: Connection; pid: number }> {
  const connection = stage.add('reads-only-when-told.js');
  const { pid } = await connection.waitFor('ready');
  await connection.call('stop reading');
  return { connection, pid: pid! };
}

test('[F35] for a module that does not read no more than the queue is kept: callers are told, and go on when it has read', async () => {
  await using stage = createStage();
  const { connection, pid } = await toldNotToRead(stage);
  const accepted = fill(connection);
  expect(connection.traffic?.queuedBytes).toBeGreaterThan(queueBytes - 2 * filling.length);
  expect(connection.traffic?.queuedBytes).toBeLessThanOrEqual(queueBytes);
  await expect(connection.call('read', filling)).rejects.toMatchObject({ code: 'QUEUE_FULL' });

  const drained = connection.drained();
  process.kill(pid, 'SIGUSR2');
  await drained;
  expect(connection.traffic?.queuedBytes).toBeLessThanOrEqual(queueBytes / 2);
  connection.notify('last', { number: 0 });
  const heard = (await connection.call('what was heard')) as string[];
  expect(heard).toEqual([...Array.from({ length: accepted }, (_, number) => `filled ${number}`), 'last 0']);
});

test('[F35] what gives way when a module does not read is what was said: the oldest, or the last one of the same key', async () => {
  await using stage = createStage({ limits: { queueMessages: 500, queueBytes: 4 * queueBytes } });
  const { connection, pid } = await toldNotToRead(stage);
  for (let number = 0; number < 100; number += 1) connection.notify('needed', { number, filling });
  for (let number = 0; number < 1000; number += 1) {
    connection.notify('level', { number }, { overflow: { coalesce: 'level' } });
    if (number < 600) connection.notify('news', { number }, { overflow: 'dropOldest' });
  }
  const { queuedMessages = 0, queuedBytes, dropped = 0, coalesced = 0 } = connection.traffic ?? {};
  expect(queuedMessages).toBeLessThanOrEqual(500);
  expect(queuedBytes).toBeLessThanOrEqual(4 * queueBytes);
  expect(dropped).toBeGreaterThan(0);
  expect(coalesced).toBeGreaterThan(0);

  process.kill(pid, 'SIGUSR2');
  await connection.drained();
  const heard = (await connection.call('what was heard', null)) as string[];
  const of = (name: string): number[] =>
    heard.filter((each) => each.startsWith(name)).map((each) => Number(each.slice(name.length)));
  // A first piece may have been given to the pipe already; it is too late to take that back.
  expect(of('level')).toEqual([...of('level').slice(0, -1), 999]);
  expect(of('level').length).toBe(1000 - coalesced);
  expect(of('news').length).toBe(600 - dropped);
  expect(of('news').slice(-100)).toEqual(Array.from({ length: 100 }, (_, at) => 500 + at));
  expect(of('needed')).toEqual(Array.from({ length: of('needed').length }, (_, at) => at));
});
