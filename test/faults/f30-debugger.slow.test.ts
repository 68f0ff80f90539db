import { expect, test } from 'vitest';
import { nodeModule } from '../../src/index.ts';
import { attach } from './debugger-client.ts';
import { createStage, fixture } from './manager.ts';

const heartbeat = { interval: 50, suspectAfter: 2, putDownAfter: 6 };

function inspected(name: string) {
  return nodeModule({ path: fixture(name), execArgv: ['--inspect=0'] });
}

test('[F30] a module that a debugger holds is suspect for as long as it takes, and not put down', async () => {
  await using stage = createStage({ policy: { heartbeat } });
  const debugged = stage.add(inspected('healthy.js'));
  const stopped = stage.add('healthy.js');
  const [before, other] = await Promise.all([debugged.waitFor('ready'), stopped.waitFor('ready')]);
  expect(before.debugger).toBe('listening');

  const client = await attach(stage, debugged.id);
  await debugged.waitFor((status) => status.debugger === 'attached');
  client.send('Debugger.enable');
  client.send('Debugger.pause');
  await debugged.waitFor('suspect');
  // Two whole patiences of somebody whom no debugger holds.
  for (let incarnation = 1; incarnation <= 2; incarnation += 1) {
    process.kill((await stopped.waitFor('ready')).pid!, 'SIGSTOP');
    await stopped.waitFor((status) => status.incarnation === incarnation + 1);
  }
  expect(other.debugger).toBe(null);
  expect(debugged.status).toMatchObject({ state: 'suspect', incarnation: 1, debugger: 'attached' });

  client.send('Debugger.resume');
  await expect(debugged.waitFor('ready')).resolves.toMatchObject({ incarnation: 1, lastExit: null });
});

test('[F30] when the debugger goes, a module that hangs is put down as any other', async () => {
  await using stage = createStage({ policy: { heartbeat } });
  const connection = stage.add(inspected('hangs-in-a-busy-loop.js'));
  await connection.waitFor('ready');
  const client = await attach(stage, connection.id);
  await connection.waitFor((status) => status.debugger === 'attached');
  connection.notify('hang');
  await connection.waitFor('suspect');
  client.detach();
  const { lastExit } = await connection.waitFor(({ incarnation }) => incarnation === 2);
  expect(lastExit).toMatchObject({ cause: 'hung', phase: 'suspect' });
  const told = stage.journal.statuses.filter(({ incarnation }) => incarnation === 1);
  expect(told.findLast(({ state }) => state === 'suspect')).toMatchObject({ debugger: 'listening' });
});

test('[F30] an init that a debugger holds has no deadline until the debugger goes, and a whole one then', async () => {
  await using stage = createStage({ policy: { deadlines: { init: 400 } } });
  const connection = stage.add(inspected('takes-its-time.js'), { env: { BEFORE_READY: '60000' } });
  await connection.waitFor('initialising');
  const client = await attach(stage, connection.id);
  await connection.waitFor((status) => status.debugger === 'attached');
  const waiting = await connection.waitFor(({ deadlineAt }) => deadlineAt === null);
  expect(waiting).toMatchObject({ state: 'initialising', incarnation: 1, debugger: 'attached' });

  client.detach();
  const at = Date.now();
  const again = await connection.waitFor(({ deadlineAt }) => deadlineAt !== null);
  expect(again).toMatchObject({ state: 'initialising', debugger: 'listening' });
  expect(again.deadlineAt).toBeGreaterThanOrEqual(at + 400);
  const { lastExit } = await connection.waitFor('backingOff');
  expect(lastExit).toMatchObject({ incarnation: 1, cause: 'init-timeout' });
});
