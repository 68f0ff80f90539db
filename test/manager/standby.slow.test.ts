import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Connection } from '../../src/index.ts';
import { stateOfProcess } from '../../src/process/process-table.ts';
import { createStage } from '../faults/manager.ts';
import { lives, until } from '../faults/operating-system.ts';

const module = join(import.meta.dirname, 'fixtures/counts-inits.js');
const wordy = join(import.meta.dirname, 'fixtures/writes-much-at-first.js');
const policy = { standby: true, backoff: { forgetAfter: 1 } } as const;

const covered = (connection: Connection) =>
  connection.waitFor(({ state, spare }) => state === 'ready' && spare !== null);
const readyAs = (connection: Connection, incarnation: number) =>
  connection.waitFor((status) => status.state === 'ready' && status.incarnation === incarnation);

test('a process that waits takes over when the one that works is killed, and the next one waits', async () => {
  await using stage = createStage({ policy });
  const lamp = stage.add(module, { config: { at: 1 } });
  const { pid, spare } = await covered(lamp);
  expect(lives(spare!)).toBe(true);
  expect(stage.manager.status.spares).toMatchObject([
    { state: 'waiting', pid: spare, connections: [lamp.id], reason: null },
  ]);
  expect(stage.manager.status.spares[0]!.rss).toBeGreaterThan(1_000_000);
  const lost = lamp.call('never').catch((error: unknown) => error);
  process.kill(pid!, 'SIGKILL');
  expect(await readyAs(lamp, 2)).toMatchObject({
    pid: spare,
    lastExit: { incarnation: 1, signal: 'SIGKILL' },
  });
  expect(await lost).toMatchObject({ code: expect.stringMatching(/CONNECTION_LOST|CALL_FAILED/) as string });
  // It was told nothing before it was needed.
  expect(await lamp.call('inits')).toEqual([{ config: { at: 1 }, label: lamp.id }]);
  const states = stage.journal.states(lamp.id);
  expect(states.slice(states.lastIndexOf('ready') - 3)).toEqual([
    'replacing',
    'takingOver',
    'initialising',
    'ready',
  ]);
  const next = await covered(lamp);
  expect([pid, spare]).not.toContain(next.spare);
});

test('what a process says and writes while it waits is passed on when it is needed, as its own', async () => {
  await using stage = createStage({ policy });
  const lines: { incarnation: number; line: string }[] = [];
  stage.manager.on('output', ({ incarnation, line }) => lines.push({ incarnation, line }));
  const lamp = stage.add(module);
  const { pid } = await covered(lamp);
  expect(lines).toEqual([{ incarnation: 1, line: 'imported' }]);
  process.kill(pid!, 'SIGKILL');
  await readyAs(lamp, 2);
  await until('its line came', () => lines.length === 2);
  expect(lines[1]).toEqual({ incarnation: 2, line: 'imported' });
});

test('a process may write more than its pipes hold before it waits, and all of it is passed on when it is needed', async () => {
  await using stage = createStage({ policy });
  const lamp = stage.add(wordy);
  const { pid } = await covered(lamp);
  process.kill(pid!, 'SIGKILL');
  await readyAs(lamp, 2);
  const own = () => stage.journal.output.filter(({ incarnation }) => incarnation === 2);
  await until('all of it came', () => own().length === 100);
  expect(own().map(({ line }) => Number(line.trimEnd()))).toEqual(Array.from({ length: 100 }, (_, at) => at));
});

test('a process that writes more than may be passed on at once before it could wait is given up, and the reason says so', async () => {
  await using stage = createStage({
    policy,
    limits: { outputBytesPerSecond: 100_000, outputBurstSeconds: 1 },
  });
  const lamp = stage.add(wordy);
  await lamp.waitFor('ready');
  await until('it is given up', () => stage.manager.status.spares[0]?.reason != null);
  expect(stage.manager.status.spares[0]?.reason).toBe(
    'it wrote more than 100000 bytes of output before it could wait',
  );
  expect(lamp.status.spare).toBeNull();
});

test('what it says once it is answered is passed on too, in lists and with bytes, and it learns whom it serves from init', async () => {
  await using stage = createStage({ policy });
  const heard: object[] = [];
  stage.manager.on('message', (message) => heard.push(message));
  const lamp = stage.add(join(import.meta.dirname, 'fixtures/speaks-while-it-waits.js'));
  const { pid } = await covered(lamp);
  process.kill(pid!, 'SIGKILL');
  await readyAs(lamp, 2);
  const own = { connection: lamp.id, incarnation: 2 };
  await until('all is heard', () => heard.length === 3);
  expect(heard).toEqual([
    { ...own, name: 'waiting', payload: 1 },
    { ...own, name: 'picture', payload: { png: new Uint8Array(Buffer.from('abc')) } },
    { ...own, name: 'serving', payload: own },
  ]);
  expect(stage.journal.discarded).toEqual([]);
});

test('a process that waits serves whichever of its connections needs it first; the other starts one of its own', async () => {
  await using stage = createStage({ policy });
  const connections = ['one', 'two', 'three'].map((name) => stage.add(module, { config: { name } }));
  const statuses = await Promise.all(connections.map(covered));
  const spares = new Set(statuses.map(({ spare }) => spare));
  expect(spares.size).toBe(1);
  for (const { pid } of statuses.slice(0, 2)) process.kill(pid!, 'SIGKILL');
  const after = await Promise.all(connections.slice(0, 2).map((connection) => readyAs(connection, 2)));
  expect(after.filter(({ pid }) => spares.has(pid))).toHaveLength(1);
  const told = await Promise.all(connections.map((connection) => connection.call('inits')));
  expect(told).toMatchObject([
    [{ config: { name: 'one' } }],
    [{ config: { name: 'two' } }],
    [{ config: { name: 'three' } }],
  ]);
});

test('a process waits for those of one policy only, and for whoever gets that policy later', async () => {
  await using stage = createStage();
  const hasty = stage.add(module);
  await hasty.waitFor('ready');
  hasty.update({ policy: { standby: true, deadlines: { register: 1 } } });
  await until('its own is given up', () => stage.manager.status.spares[0]?.reason != null);
  expect(stage.manager.status.spares[0]?.reason).toBe('it did not register in time');
  const patient = stage.add(module, { policy: { standby: true } });
  const { spare } = await covered(patient);
  expect(hasty.status.spare).toBeNull();
  hasty.update({ policy: { deadlines: patient.policy.deadlines } });
  expect(await covered(hasty)).toMatchObject({ spare, incarnation: 1 });
  await until('its own is gone', () => stage.manager.status.spares.length === 1);
});

test('a process that is stopped while it waits is not taken', async () => {
  await using stage = createStage({ policy });
  const lamp = stage.add(module);
  const { pid, spare } = await covered(lamp);
  process.kill(spare!, 'SIGSTOP');
  // Its kernel stops it when it would run next: on a busy machine after the takeover.
  await until('it is stopped', () => stateOfProcess(spare!) === 'T');
  process.kill(pid!, 'SIGKILL');
  const status = await readyAs(lamp, 2);
  expect(status.pid).not.toBe(spare);
  await until('it is gone', () => !lives(spare!));
});

test('a process that is stopped once it is taken has the deadline of init, as any other', async () => {
  await using stage = createStage({ policy: { ...policy, deadlines: { init: 500 } } });
  const lamp = stage.add(module);
  const { pid, spare } = await covered(lamp);
  stage.manager.on('status', ({ status: { state, incarnation } }) => {
    if (state === 'takingOver' && incarnation === 2) process.kill(spare!, 'SIGSTOP');
  });
  process.kill(pid!, 'SIGKILL');
  const { lastExit } = await lamp.waitFor((status) => status.lastExit?.incarnation === 2);
  expect(lastExit).toMatchObject({ incarnation: 2, pid: spare, phase: 'initialising', signal: 'SIGKILL' });
});

test('a process that dies while it waits is replaced, and is nobody’s crash', async () => {
  await using stage = createStage({ policy });
  const lamp = stage.add(module);
  const { spare } = await covered(lamp);
  process.kill(spare!, 'SIGKILL');
  await lamp.waitFor((status) => status.spare === null);
  await until('the next one is waited for', () => stage.manager.status.spares[0]?.state === 'renewing');
  expect(stage.manager.status.spares[0]?.reason).toMatch(/its channel closed|was ended by SIGKILL/);
  const status = await covered(lamp);
  expect(status.spare).not.toBe(spare);
  expect(status).toMatchObject({ incarnation: 1, attempt: 0, lastExit: null });
});

test.each(['disable', 'restart', 'remove'] as const)(
  'after the order %s no process waits any more that was started before',
  async (order) => {
    await using stage = createStage({ policy });
    const lamp = stage.add(module);
    const { spare } = await covered(lamp);
    await lamp[order]();
    await until('it is gone', () => !lives(spare!));
    if (order !== 'restart') return until('there is none', () => stage.manager.status.spares.length === 0);
    expect((await covered(lamp)).pid).not.toBe(spare);
  },
);

test('a connection that waits before it is tried again can be removed, and nothing waits for it any more', async () => {
  await using stage = createStage({
    policy: { ...policy, backoff: { initial: 60_000, most: 60_000, forgetAfter: 120_000 } },
  });
  const lamp = stage.add(module);
  for (const incarnation of [1, 2]) {
    const { pid } = await covered(lamp);
    expect(lamp.status.incarnation).toBe(incarnation);
    process.kill(pid!, 'SIGKILL');
    await lamp.waitFor((status) => status.incarnation === 2 || status.state === 'backingOff');
  }
  const { spare } = await lamp.waitFor(({ state, spare: waits }) => state === 'backingOff' && waits !== null);
  await lamp.remove();
  await until('it is gone', () => !lives(spare!));
  await until('there is none', () => stage.manager.status.spares.length === 0);
});

test('nothing waits for a connection that does not want it any more, or whose module can’t wait', async () => {
  await using stage = createStage();
  const lamp = stage.add(module, { policy });
  const own = stage.add(
    {
      name: 'never waits',
      async prepare(request) {
        const { nodeModule } = await import('../../src/index.ts');
        const { spare: _, ...launch } = await nodeModule(module).prepare(request);
        return launch;
      },
    },
    { policy },
  );
  await own.waitFor('ready');
  const { spare } = await covered(lamp);
  lamp.update({ policy: { standby: false } });
  await until('it is gone', () => !lives(spare!));
  expect(own.status.spare).toBeNull();
  await until('there is none', () => stage.manager.status.spares.length === 0);
});

test('a process that registers with a wrong token waits for nobody, and the connection starts its next one itself', async () => {
  await using stage = createStage({ policy });
  const lamp = stage.add(join(import.meta.dirname, 'fixtures/lies-while-it-waits.js'), {
    policy: { deadlines: { init: 60_000 } },
  });
  await lamp.waitFor('ready');
  await until('it is refused', () => stage.manager.status.spares[0]?.reason != null);
  expect(stage.manager.status.spares[0]?.reason).toContain('with a token that is not this process’s');
  expect(lamp.status.spare).toBeNull();
  process.kill(lamp.status.pid!, 'SIGKILL');
  await readyAs(lamp, 2);
});

test('a process that registers and then answers nothing waits for nobody', async () => {
  await using stage = createStage({ policy });
  const lamp = stage.add(join(import.meta.dirname, 'fixtures/hangs-while-it-waits.js'), {
    policy: { deadlines: { register: 2000 } },
  });
  await lamp.waitFor('ready');
  await until('it is given up', () => stage.manager.status.spares[0]?.reason != null);
  expect(stage.manager.status.spares[0]?.reason).toContain('did not answer in time');
  expect(stage.journal.statuses.some((status) => status.spare !== null)).toBe(false);
});

test('what it says before it is needed may be nothing but its registration and that it answers, which nobody hears again', async () => {
  await using stage = createStage({ policy: { ...policy, heldMessages: 0 } });
  const lamp = stage.add(module);
  const { pid, spare } = await covered(lamp);
  process.kill(pid!, 'SIGKILL');
  expect(await readyAs(lamp, 2)).toMatchObject({ pid: spare });
  expect(stage.journal.discarded).toEqual([]);
});
