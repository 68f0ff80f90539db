import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createStage } from './manager.ts';
import { until } from './operating-system.ts';

const carrier = join(import.meta.dirname, '../module/fixtures/carries-bytes.mjs');

test('[F36] bytes that were taken away before they were written are not sent, whoever waits is told, and the connection lives on', async () => {
  await using stage = createStage();
  const { journal } = stage;
  const connection = stage.add(carrier);
  await connection.waitFor('ready');
  const [lent, told] = [new Uint8Array(5), new Uint8Array(5)];
  const call = connection.call('echo', lent);
  connection.notify('told', told);
  structuredClone([lent, told], { transfer: [lent.buffer, told.buffer] });
  await expect(call).rejects.toMatchObject({ code: 'FRAME_MALFORMED', data: { lengths: '5' } });
  await until('the other is told', () => journal.discarded.length > 0);
  expect(journal.discarded).toMatchObject([
    { reason: 'malformed', detail: expect.stringContaining('a notification failed: A message was not sent') },
  ]);

  await expect(connection.call('lend')).rejects.toMatchObject({
    code: 'CALL_FAILED',
    data: { remoteCode: 'FRAME_MALFORMED' },
  });
  await connection.call('lendAround');
  await until('the module says so', () =>
    journal.output.some(({ stream, line }) => stream === 'stderr' && line.includes('A message was not sent')),
  );
  expect(journal.messages).toEqual([]);

  const bytes = new Uint8Array([1, 2]);
  expect(await connection.call('echo', bytes)).toEqual(bytes);
  expect(connection.status).toMatchObject({ state: 'ready', incarnation: 1 });
});
