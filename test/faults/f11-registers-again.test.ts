import { expect, test } from 'vitest';
import { createStage } from './manager.ts';
import { until } from './operating-system.ts';

test('[F11] a second register, before init is answered or when ready, changes nothing and is counted as a duplicate', async () => {
  await using stage = createStage();
  const { journal } = stage;
  const connection = stage.add('registers-again-and-again.js');
  const { pid } = await connection.waitFor('ready');
  await until('all were read', () => connection.status.discarded.duplicate >= 4);
  expect(connection.status).toMatchObject({
    state: 'ready',
    pid,
    incarnation: 1,
    discarded: { duplicate: 4, stale: 0, unexpected: 0, malformed: 0 },
  });
  const duplicates = journal.discarded.map(
    ({ reason, name, incarnation }) => `${incarnation} ${reason} ${name}`,
  );
  expect(duplicates).toEqual(Array.from({ length: 4 }, () => '1 duplicate module.registered'));
  expect(journal.discarded[0]!.detail).toContain('by-hand');

  // The module was told of one registration only, and was initialised once.
  connection.update({ config: { asked: true } });
  await until('the config was received', () =>
    journal.output.some(({ line }) => line === 'received $configure'),
  );
  expect(journal.output.map(({ line }) => line)).toEqual([
    'received registered',
    'received $init',
    'received $configure',
  ]);
  expect(journal.states(connection.id)).toEqual([
    'preparing',
    'queued',
    'spawning',
    'registering',
    'initialising',
    'ready',
  ]);
  expect(journal.exits).toEqual([]);
});
