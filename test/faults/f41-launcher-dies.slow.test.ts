import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findProgram } from '../../src/process/find-program.ts';
import { readProcess } from '../../src/process/process-table.ts';
import { startHost } from './hosts.ts';
import { createLaunchedStage } from './manager.ts';
import { lives, until } from './operating-system.ts';

const onLinux = describe.runIf(process.platform === 'linux');

const guards = [
  { by: 'by the kernel', parentDeathSignal: true },
  { by: 'by its host', parentDeathSignal: false },
] as const;

onLinux('[F41] a launcher that dies', () => {
  test.each(guards)(
    'takes what it started with it, $by; each end is told as what it is, and another launcher starts the next',
    async ({ parentDeathSignal }) => {
      await using stage = await createLaunchedStage({ guards: { parentDeathSignal } });
      const connections = [stage.add('healthy.js'), stage.add('healthy.js')];
      const pids = await Promise.all(connections.map(async (each) => (await each.waitFor('ready')).pid!));
      const { pid } = stage.manager.status.launcher;
      const calls = connections.map((connection) =>
        connection.call('never').catch((error: unknown) => error),
      );
      process.kill(pid!, 'SIGKILL');
      for (const connection of connections) {
        const again = await connection.waitFor(
          ({ state, incarnation }) => state === 'ready' && incarnation === 2,
        );
        expect(again.lastExit).toMatchObject({
          code: null,
          signal: 'SIGKILL',
          cause: 'signal',
          phase: 'ready',
          detail: 'killed by SIGKILL (its launcher was killed by SIGKILL) while ready',
        });
      }
      expect(await Promise.all(calls)).toMatchObject([
        { code: 'CONNECTION_LOST' },
        { code: 'CONNECTION_LOST' },
      ]);
      expect(pids.filter(lives)).toEqual([]);
      const { launcher } = stage.manager.status;
      expect(launcher).toMatchObject({ state: 'active', deaths: 1 });
      expect(launcher.pid).not.toBe(pid);
    },
  );

  test('while it starts a process leaves none behind, and the failed start is told after that', async () => {
    const { path, file } = deadlySetpriv();
    const host = await startHost({
      module: 'hangs-while-importing.js',
      launcher: true,
      path,
      env: { DEADLY: file },
      guards: { janitor: false },
    });
    await host.said('that it backs off', ({ state }) => state === 'backingOff');
    expect(host.processes()).toEqual([]);
  });
});

onLinux('[F41] a launcher that doesn’t answer', () => {
  test('is ended when that keeps a start from its end, and the modules start anew', async () => {
    const deadlines = { spawn: 1000, terminate: 200, kill: 5000 };
    await using stage = await createLaunchedStage();
    const healthy = stage.add('healthy.js');
    await healthy.waitFor('ready');
    process.kill(stage.manager.status.launcher.pid!, 'SIGSTOP');
    const late = stage.add('healthy.js', { policy: { deadlines } });
    await late.waitFor('ready');
    await healthy.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
    expect(stage.journal.states(late.id)).toContain('puttingDown.killing');
    expect(stage.journal.states(late.id)).not.toContain('puttingDown.stuck');
    expect(stage.manager.status.launcher).toMatchObject({ state: 'active', deaths: 1 });
  });

  test('from the beginning is ended as well, and another one starts the module anew', async () => {
    const deadlines = { spawn: 500, terminate: 200, kill: 5000 };
    await using stage = await createLaunchedStage({ policy: { deadlines } });
    const connection = stage.add('healthy.js');
    await connection.waitFor('spawning');
    process.kill(stage.manager.status.launcher.pid!, 'SIGSTOP');
    const { pid } = await connection.waitFor('ready');
    const { launcher } = stage.manager.status;
    expect(launcher).toMatchObject({ state: 'active', deaths: 1 });
    expect(readProcess(pid!)?.parent).toBe(launcher.pid);
  });
});

const orphans = [
  { by: 'the kernel alone', guards: { parentDeathSignal: true, janitor: false }, stops: true },
  { by: 'the janitor alone', guards: { parentDeathSignal: false, janitor: true }, stops: true },
  { by: 'the launcher alone', guards: { parentDeathSignal: false, janitor: false }, stops: false },
] as const;

onLinux('[F25] with a launcher', () => {
  const idle = [
    { order: { module: 'stays-awake.js' }, state: 'ready' },
    { order: { companion: 'companion-boots-slowly' }, state: 'ready' },
    { order: { module: 'hangs-while-importing.js' }, state: 'registering' },
  ] as const;
  const cases = idle.flatMap((each) => orphans.map((guarded) => ({ ...each, ...guarded })));

  test.each(cases)(
    'the idle $order and the launcher end when the host is killed, by $by',
    async ({ order, state: expected, guards: own, stops }) => {
      const host = await startHost({ ...order, guards: own, launcher: true });
      const { launcher } = await host.said(expected, ({ state }) => state === expected);
      expect(host.processes()).toHaveLength(1);
      if (stops) process.kill(launcher!.pid!, 'SIGSTOP');
      await host.kill();
      await host.nobodyIsLeft();
      await until('the launcher is gone', () => !lives(launcher!.pid!));
    },
  );

  test.each(orphans)(
    'a process that waits to take over ends when the host is killed, by $by',
    async ({ guards: own, stops }) => {
      const policy = { standby: true };
      const host = await startHost({ module: 'healthy.js', guards: own, policy, launcher: true });
      const { spare, launcher } = await host.said('that one waits', (word) => typeof word.spare === 'number');
      expect(lives(spare!)).toBe(true);
      if (stops) process.kill(launcher!.pid!, 'SIGSTOP');
      await host.kill();
      await host.nobodyIsLeft();
      await until('it is gone', () => !lives(spare!));
    },
  );
});

onLinux('[F26] with a launcher', () => {
  test.each(orphans)(
    'a busy module and the launcher end when the host is killed, by $by',
    async ({ guards: own, stops }) => {
      const module = 'keeps-its-event-loop-busy.js';
      const host = await startHost({ module, guards: own, launcher: true, env: { BUSY_WHILE: 'importing' } });
      const { launcher } = await host.said('a process', ({ state }) => state === 'registering');
      await host.said('that the module is busy', ({ line }) => line === 'busy');
      expect(host.processes()).toHaveLength(1);
      if (stops) process.kill(launcher!.pid!, 'SIGSTOP');
      await host.kill();
      await host.nobodyIsLeft();
      await until('the launcher is gone', () => !lives(launcher!.pid!));
    },
  );
});

onLinux('[F27] with a launcher', () => {
  // It leaves for no reason of its own.
  const stubborn = {
    companion: 'companion-keeps-busy',
    env: { BUSY_WHILE: 'ready' },
    guards: { janitor: false, parentDeathSignal: false },
    launcher: true,
  };

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s ends a host that doesn’t handle it, and its modules are killed',
    async (signal) => {
      const host = await startHost(stubborn);
      const { launcher } = await host.said('a process', ({ state }) => state === 'registering');
      await host.said('that the module is busy', ({ line }) => line === 'busy');
      host.host.kill(signal);
      expect(await host.exit).toEqual([null, signal]);
      await host.nobodyIsLeft();
      await until('the launcher is gone', () => !lives(launcher!.pid!));
    },
  );

  test('a host that exits ends with its code, and takes its module and the launcher with it', async () => {
    const host = await startHost({ ...stubborn, ending: 'exits' });
    const { launcher } = await host.said('a process', ({ state }) => state === 'registering');
    expect(await host.exit).toEqual([7, null]);
    await host.nobodyIsLeft();
    await until('the launcher is gone', () => !lives(launcher!.pid!));
  });

  test('SIGTERM stops the modules of a host with stopOnSignals in order, and then ends it', async () => {
    const policy = { deadlines: { ask: 3000, terminate: 1000 } };
    const host = await startHost({
      module: 'says-that-it-stops.js',
      ending: 'stops on signals',
      policy,
      launcher: true,
    });
    const { launcher } = await host.said('ready', ({ state }) => state === 'ready');
    host.host.kill('SIGTERM');
    expect(await host.exit).toEqual([null, 'SIGTERM']);
    expect(host.processes()).toEqual([]);
    expect(lives(launcher!.pid!)).toBe(false);
    expect(host.words.map(({ line, state }) => line ?? state).slice(-3)).toEqual([
      'stopping',
      'tidied up',
      'removed',
    ]);
  });
});

onLinux('[F28] with a launcher', () => {
  test('the programs of a module end when the host is killed, by the janitor', async () => {
    const host = await startHost({ module: 'has-children.js', launcher: true });
    await host.said('that all are there', ({ guards: told }) => told !== undefined);
    expect(host.processes().length).toBeGreaterThan(1);
    await host.kill();
    await host.nobodyIsLeft();
  });
});

/** A `setpriv` that, for a module, ends the launcher that has just started it, and then becomes the module without the signal. */
function deadlySetpriv() {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-f41-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'setpriv');
  const real = findProgram('setpriv', '/', process.env['PATH']);
  const lines = [
    '#!/bin/sh',
    `[ -n "$DEADLY" ] || exec "${real}" "$@"`,
    'kill -s KILL $PPID',
    'shift 3',
    'exec "$@"',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o755 });
  return { file, path: `${folder}:${process.env['PATH'] ?? ''}` };
}
