import { expect, test } from 'vitest';
import { createStage } from './manager.ts';

test('[F38] binary output without a line break holds nobody up, and is kept in lines of 8 KiB at most', async () => {
  await using stage = createStage({ policy: { restart: 'temporary' } });
  const connection = stage.add('writes-what-is-no-text.js');
  await connection.waitFor('ready');
  // It answers when all is written, which it isn't while a pipe is full.
  for (let round = 0; round < 3; round += 1) expect(await connection.call('write')).toBe(1_000_000);
  connection.notify('leave');
  const { lastExit } = await connection.waitFor('failed');

  const lines = stage.journal.output.map(({ line }) => line);
  expect(lines.length).toBeGreaterThan(100);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(8192);
  expect(lines.join('')).toContain('\uFFFD');
  const words = lastExit?.lastWords ?? [];
  expect(words.length).toBeGreaterThan(0);
  expect(Math.max(...words.map((line) => line.length))).toBeLessThanOrEqual(8192);
});
