import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { builtPath } from '../built.ts';

const script = join(import.meta.dirname, '../../scripts/restarts.mjs');

test('[F33] after 200 restarts a host has no more listeners, timers, handles, descriptors and temporary files than before', async () => {
  await builtPath();
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', '--no-opt', '--no-sparkplug', script, '--times', '200', '--json'],
    { encoding: 'utf8' },
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const { restarts, growth } = JSON.parse(stdout) as { restarts: number; growth: Record<string, number> };
  expect(restarts).toBeGreaterThanOrEqual(200);
  const { timers, handles, descriptors, listeners } = growth;
  expect({ timers, handles, descriptors, listeners }).toEqual({
    timers: 0,
    handles: 0,
    descriptors: 0,
    listeners: 0,
  });
});
