import { expect, test } from 'vitest';
import type { ConnectionStatus } from '../../src/index.ts';
import { createStage } from './manager.ts';

const together = 60;
/** On a busy machine the starts take as many times longer as others use it; that nobody misses a deadline is what counts. Milliseconds. */
const patience = 100_000;

/** How long a module needs to register when nobody else starts; milliseconds. */
async function alone(): Promise<number> {
  await using stage = createStage();
  const began: Partial<Record<ConnectionStatus['state'], number>> = {};
  stage.manager.on('status', ({ status }) => {
    began[status.state] ??= performance.now();
  });
  await stage.add('healthy.js').waitFor('ready');
  return began.initialising! - began.spawning!;
}

test(
  '[F32] when many connections start at once, nobody misses a deadline because of the others',
  async () => {
    const register = Math.ceil(10 * (await alone()));
    await using stage = createStage({ patience, startSlots: 4, policy: { deadlines: { register } } });
    const most = { starting: 0 };
    stage.manager.on('status', () => {
      most.starting = Math.max(most.starting, stage.manager.status.startSlots.held);
    });
    const connections = Array.from({ length: together }, () => stage.add('healthy.js'));
    expect(stage.manager.status.startSlots.held).toBeLessThanOrEqual(4);
    await Promise.all(connections.map((connection) => connection.waitFor('ready')));
    expect(stage.journal.exits).toEqual([]);
    expect(connections.map(({ status }) => status.incarnation)).toEqual(connections.map(() => 1));
    // Each turn of the host grants one, and on a busy machine another has registered by the fourth.
    expect(most.starting).toBeGreaterThan(1);
    expect(most.starting).toBeLessThanOrEqual(4);
  },
  1.2 * patience,
);
