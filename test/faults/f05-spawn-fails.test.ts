import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { commandModule, nodeModule, type Launch, type Module } from '../../src/index.ts';
import { builtPath } from '../built.ts';
import { createStage, fixture } from './manager.ts';
import { processesOf } from './operating-system.ts';

const starts = ['preparing', 'queued', 'spawning'];

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-f05-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The healthy module, but something changed after its files were found and before the operating system was asked. */
function changedSince(change: Partial<Launch>): Module {
  const healthy = nodeModule(fixture('healthy.js'));
  return {
    name: 'healthy',
    prepare: async (request) => ({ ...(await healthy.prepare(request)), ...change }),
  };
}

function withoutRightToRun(): string {
  const file = join(newFolder(), 'lamp');
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 });
  return file;
}

test.each<[string, () => Partial<Launch>, string]>([
  ['a program that is gone', () => ({ file: '/nowhere/lamp' }), 'spawn /nowhere/lamp ENOENT'],
  ['a program that may not be run', () => ({ file: withoutRightToRun() }), 'EACCES'],
  [
    'a working folder that is gone',
    () => ({ cwd: '/nowhere' }),
    'the working folder /nowhere does not exist',
  ],
  ['an argument that makes the spawn throw', () => ({ args: ['a\0b'] }), 'null bytes'],
])(
  '[F5] %s leaves the connection misconfigured, with the cause shown, no start slot held, and orders obeyed',
  async (_, change, cause) => {
    await using stage = createStage({ startSlots: 1 });
    const { manager, journal, clock } = stage;
    const connection = stage.add(changedSince(change()));
    await connection.waitFor('misconfigured');
    expect(connection.status).toMatchObject({
      alive: false,
      pid: null,
      attempt: 1,
      wanted: true,
      nextRetryAt: null,
    });
    expect(connection.status.reason).toContain(cause);
    expect(journal.exits).toMatchObject([
      { phase: 'spawning', pid: null, code: null, signal: null, crash: true, cause: 'misconfigured' },
    ]);
    expect(journal.exits[0]!.detail).toContain(cause);
    expect(journal.states(connection.id)).toEqual([...starts, 'misconfigured']);
    expect(manager.status.startSlots).toEqual({ total: 1, held: 0, waiting: 0 });
    expect(clock.pending).toEqual([]);
    expect(processesOf(connection.id)).toEqual([]);

    connection.disable();
    expect(connection.status.state).toBe('disabled');
    connection.enable();
    await connection.waitFor(({ state, incarnation }) => state === 'misconfigured' && incarnation === 2);
    connection.update({ module: fixture('healthy.js') });
    await connection.waitFor('ready');
  },
);

test('[F5] a spawn failure that may pass is counted, backed off with its cause shown, and the next try succeeds when it has passed', async () => {
  await using stage = createStage({
    startSlots: 1,
    policy: { backoff: { initial: 100 } },
    guards: { parentDeathSignal: false },
  });
  const { manager, journal } = stage;
  const program = join(newFolder(), 'node');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "$@"\n`);
  chmodSync(program, 0o755);
  // Linux runs no file that somebody has open for writing: ETXTBSY.
  const writing = openSync(program, 'a');
  const connection = stage.add(commandModule({ command: program, args: [fixture('healthy.js')] }));
  await connection.waitFor(({ state, incarnation }) => state === 'backingOff' && incarnation === 2);
  expect(connection.status).toMatchObject({
    attempt: 2,
    alive: false,
    pid: null,
    nextRetryAt: expect.any(Number) as number,
  });
  expect(connection.status.reason).toContain('ETXTBSY');
  expect(manager.status.startSlots.held).toBe(0);
  closeSync(writing);
  await connection.waitFor('ready');
  expect(journal.exits.length).toBeGreaterThanOrEqual(2);
  expect(new Set(journal.exits.map(({ cause, phase, crash }) => `${cause} ${phase} ${crash}`))).toEqual(
    new Set(['spawn-failed spawning true']),
  );
});

test.runIf(process.platform === 'linux').each([
  { shebang: `#!${process.execPath}`, busy: true, state: 'backingOff', cause: 'spawn-failed' },
  { shebang: '#!/nowhere/node', busy: false, state: 'misconfigured', cause: 'misconfigured' },
] as const)(
  '[F5] a program that fails to start under a parent-death signal ($shebang) leads to $state with the cause shown',
  async ({ shebang, busy, state, cause }) => {
    await using stage = createStage({ policy: { backoff: { initial: 100 } } });
    const program = join(newFolder(), 'lamp');
    writeFileSync(program, `${shebang}\n`, { mode: 0o755 });
    const writing = busy ? openSync(program, 'a') : undefined;
    const connection = stage.add(commandModule({ command: program }));
    const { lastExit, reason } = await connection.waitFor(
      (status) => status.state === state && !status.alive,
    );
    expect(lastExit).toMatchObject({ cause, crash: true });
    expect(reason).toContain(`could not be started (setpriv: failed to execute ${program}`);
    if (writing !== undefined) closeSync(writing);
  },
);

test('[F5] a module whose file is gone is misconfigured before anything is spawned, and starts when it is there and somebody orders it', async () => {
  await using stage = createStage();
  const link = join(newFolder(), 'lamp.js');
  const connection = stage.add(link);
  await connection.waitFor('misconfigured');
  expect(connection.status.reason).toContain(`there is no file ${link}`);
  expect(connection.status.incarnation).toBe(0);
  symlinkSync(fixture('healthy.js'), link);
  connection.restart();
  await connection.waitFor('ready');
  unlinkSync(link);
});

test('[F5] a host without a free descriptor backs off, keeps its start slot free, and starts the module when descriptors are free again', async () => {
  const host = fixture('host-that-runs-out-of-descriptors.js');
  const command = 'ulimit -n 256 && exec "$0" "$@"';
  const args = ['-c', command, process.execPath, host, await builtPath(), fixture('healthy.js')];
  const said = JSON.parse(execFileSync('/bin/sh', args, { encoding: 'utf8', timeout: 20_000 })) as unknown;
  expect(said).toEqual({
    failure: { state: 'backingOff', attempt: 1, cause: 'spawn-failed', errno: 'EMFILE', slotsHeld: 0 },
    afterwards: { state: 'ready', attempt: expect.any(Number) as number },
    uncaught: [],
  });
});

test.runIf(process.platform === 'linux')(
  '[F5] a host without a free descriptor kills a module that doesn’t stop, sees another end, and kills what that left behind',
  async () => {
    const host = fixture('host-that-ends-modules-without-descriptors.js');
    const command = 'ulimit -n 256 && exec "$0" "$@"';
    const modules = [
      join(import.meta.dirname, '../manager/fixtures/deaf.js'),
      fixture('has-child-that-holds-its-pipes.js'),
    ];
    const args = ['-c', command, process.execPath, host, await builtPath(), ...modules];
    const said = JSON.parse(execFileSync('/bin/sh', args, { encoding: 'utf8', timeout: 20_000 })) as unknown;
    expect(said).toEqual({ deaf: 'disabled', parent: 'SIGKILL', isChildLeft: false, uncaught: [] });
  },
);
