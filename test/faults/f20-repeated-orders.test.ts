import { expect, test } from 'vitest';
import { createStage, type Stage } from './manager.ts';
import { processesOf, until } from './operating-system.ts';

function wrote({ journal }: Stage): string[] {
  return journal.output.map(({ line }) => line);
}

test('[F20] disable repeated during a stop starts no timer anew and asks and signals the process once', async () => {
  await using stage = createStage({ policy: { deadlines: { ask: 300, terminate: 1000 } } });
  const connection = stage.add('leaves-only-at-sigterm.js');
  await connection.waitFor('ready');
  connection.disable();
  const asked = connection.status;
  expect(asked).toMatchObject({ state: 'stopping', step: 'asking', next: 'toDisable' });
  const seen = stage.journal.statuses.length;
  await until(
    'the request arrived, and time passed',
    () => wrote(stage).length > 0 && Date.now() > asked.since + 20,
  );
  connection.disable();
  connection.disable();
  expect(connection.status).toEqual(asked);
  expect(stage.journal.statuses.length).toBe(seen);

  const terminated = await connection.waitFor(({ step }) => step === 'terminating');
  connection.disable();
  expect(connection.status).toEqual(terminated);
  await connection.waitFor('disabled');
  expect(wrote(stage)).toEqual(['asked to stop', 'told to terminate']);
  const endings = stage.journal.states(connection.id).filter((state) => state.startsWith('stopping'));
  expect(endings).toEqual(['stopping.asking', 'stopping.terminating']);
  expect(stage.journal.exits).toHaveLength(1);
  expect(stage.clock.pending).toEqual([]);
});

test('[F20] restart repeated during a restart leads to one new process', async () => {
  await using stage = createStage({ policy: { deadlines: { ask: 100 } } });
  const connection = stage.add('leaves-only-at-sigterm.js');
  await connection.waitFor('ready');
  for (let time = 0; time < 3; time += 1) connection.restart();
  const { deadlineAt } = connection.status;
  await connection.waitFor(({ step }) => step === 'terminating');
  expect(Date.now()).toBeGreaterThanOrEqual(deadlineAt!);
  connection.restart();
  const again = await connection.waitFor('ready');
  expect(again).toMatchObject({ incarnation: 2, attempt: 0 });
  expect(wrote(stage)).toEqual(['asked to stop', 'told to terminate']);
  expect(processesOf(connection.id)).toEqual([again.pid]);
});

test('[F20] enable repeated while ready, and disable while disabled, change nothing and tell nobody', async () => {
  await using stage = createStage();
  const connection = stage.add('healthy.js');
  const ready = await connection.waitFor('ready');
  connection.enable();
  connection.enable();
  expect(connection.status).toEqual(ready);
  connection.disable();
  const disabled = await connection.waitFor('disabled');
  const told = stage.journal.statuses.length;
  connection.disable();
  expect(connection.status).toEqual(disabled);
  expect(stage.journal.statuses.length).toBe(told);
  expect(stage.journal.exits).toHaveLength(1);
  expect(stage.journal.discarded).toEqual([]);
});

test('[F20] remove repeated, before and after the end, resolves each time and stops the process once', async () => {
  await using stage = createStage({ policy: { deadlines: { ask: 100 } } });
  const connection = stage.add('leaves-only-at-sigterm.js');
  await connection.waitFor('ready');
  await Promise.all([connection.remove(), connection.remove()]);
  await connection.remove();
  expect(connection.status.state).toBe('removed');
  expect(wrote(stage)).toEqual(['asked to stop', 'told to terminate']);
  expect(stage.journal.statuses.filter(({ state }) => state === 'removed')).toHaveLength(1);
});
