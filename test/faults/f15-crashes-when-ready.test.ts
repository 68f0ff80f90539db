import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeModule, type ConnectionStatus } from '../../src/index.ts';
import { createStage, fixture } from './manager.ts';
import { processesOf } from './operating-system.ts';

const backoff = { initial: 40, most: 1000, factor: 2, jitter: 0 };

function failedAfter(incarnations: number) {
  return ({ state, incarnation }: ConnectionStatus): boolean =>
    state === 'failed' && incarnation === incarnations;
}

test('[F15] a module that crashes right after becoming ready, again and again, is restarted with growing delays and then loudly failed', async () => {
  await using stage = createStage({ policy: { backoff, intensity: { crashes: 4, probe: 60_000 } } });
  const connection = stage.add('crashes-when-ready.js');
  const failed = await connection.waitFor('failed');

  const { journal } = stage;
  expect(journal.exits).toHaveLength(5);
  for (const exit of journal.exits)
    expect(exit).toMatchObject({ phase: 'ready', cause: 'exit-code', code: 1, crash: true });
  // It was ready each time, and that alone forgave it nothing; the first restart is immediate.
  expect(journal.states(connection.id).filter((state) => state === 'ready')).toHaveLength(5);
  const waits = journal.statuses.filter(({ state }) => state === 'backingOff');
  expect(waits.map(({ nextRetryAt, since }) => nextRetryAt! - since)).toEqual([40, 80, 160]);

  expect(failed).toMatchObject({ incarnation: 5, attempt: 5, pid: null, alive: false, wanted: true });
  expect(failed.reason).toContain('exited with code 1');
  expect(failed.lastExit?.lastWords.join('\n')).toContain('the lamp fell off the wall');
  expect(failed.nextRetryAt! - failed.since).toBe(60_000);
  expect(connection.actor.getSnapshot().hasTag('loud')).toBe(true);
  // Nothing is under way but the wait for the probe.
  expect(stage.clock.pending).toEqual([60_000]);
  expect(processesOf(connection.id)).toEqual([]);
});

test('[F15] a failed connection is probed with one process, which fails again at the first crash and lasts if the module is healthy', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const healthyOnce = join(folder, 'repaired');
  await using stage = createStage({
    policy: { backoff: { forgetAfter: 200 }, intensity: { crashes: 1, probe: 150 } },
  });
  const connection = stage.add(
    nodeModule({ path: fixture('crashes-when-ready.js'), permissions: { read: [folder] } }),
    { config: { healthyOnce } },
  );
  await connection.waitFor(failedAfter(2));
  const stillFailed = await connection.waitFor(failedAfter(3));
  expect(stillFailed.lastExit).toMatchObject({ incarnation: 3, phase: 'ready', cause: 'exit-code' });

  writeFileSync(healthyOnce, '');
  // Its crashes are forgotten once it has been ready for long enough.
  const lasting = await connection.waitFor(({ state, attempt }) => state === 'ready' && attempt === 0);
  const retries = stage.journal.states(connection.id, 2).filter((state) => state === 'backingOff');
  expect(retries).toEqual([]);
  expect(lasting).toMatchObject({ reason: null, nextRetryAt: null, alive: true });
  expect(processesOf(connection.id)).toEqual([lasting.pid]);
});
