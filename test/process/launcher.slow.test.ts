import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { commandModule } from '../../src/index.ts';
import { allPids, readProcess } from '../../src/process/process-table.ts';
import { builtPath } from '../built.ts';
import { startHost } from '../faults/hosts.ts';
import { createLaunchedStage, createStage, fixture, type Stage } from '../faults/manager.ts';
import { block, environmentOf, lives, until } from '../faults/operating-system.ts';

const later = { initial: 60_000, most: 60_000 };

describe.runIf(process.platform === 'linux')('a launcher', () => {
  test('starts with the first module, is its parent, and is gone when the manager has stopped', async () => {
    const stage = await createLaunchedStage();
    expect(stage.manager.status.launcher).toEqual({ state: 'waiting', pid: null, deaths: 0 });
    const connection = stage.add('healthy.js');
    const { pid } = await connection.waitFor('ready');
    const { launcher, guards } = stage.manager.status;
    expect(launcher).toEqual({ state: 'active', pid: expect.any(Number) as number, deaths: 0 });
    expect(guards).toMatchObject({ parentDeathSignal: 'active', watchdog: 'off' });
    expect(parentOf(pid!)).toBe(launcher.pid);
    expect(environmentOf(pid!)['GREENROOM_GUARDED_BY']).toBe(String(launcher.pid));
    // In sessions of their own, so that what ends a terminal ends neither.
    expect(readProcess(launcher.pid!)?.group).toBe(launcher.pid);
    expect(readProcess(pid!)?.group).toBe(pid);
    expect(await connection.call('echo', 'hello')).toBe('hello');
    await stage[Symbol.asyncDispose]();
    expect(lives(launcher.pid!)).toBe(false);
  });

  test.each([
    { order: {}, state: 'waiting' },
    { order: { launcher: false }, state: 'off' },
  ])('isn’t used by a small host, nor where the host wants none: it is $state', async ({ order, state }) => {
    const host = await startHost({ module: 'healthy.js', ...order });
    const { pid, launcher } = await host.said('ready', (word) => word.state === 'ready');
    expect(launcher).toEqual({ state, pid: null, deaths: 0 });
    expect(parentOf(pid!)).toBe(host.host.pid);
  });

  test('is used without being told to by a host that has grown beyond 200 MB', async () => {
    const host = await startHost({ module: 'healthy.js', ballast: 260 });
    const { pid, launcher } = await host.said('ready', (word) => word.state === 'ready');
    expect(launcher).toMatchObject({ state: 'active', deaths: 0 });
    expect(parentOf(pid!)).toBe(launcher!.pid);
  });

  test('starts the process that waits to take over, and tells how it ends once it has', async () => {
    await using stage = await createLaunchedStage({ policy: { standby: true } });
    const connection = stage.add('dies-with-last-words.js');
    const { pid, spare } = await connection.waitFor((status) => status.spare !== null);
    const { launcher } = stage.manager.status;
    expect(parentOf(spare!)).toBe(launcher.pid);
    process.kill(pid!, 'SIGKILL');
    const second = await connection.waitFor(
      ({ state, incarnation }) => state === 'ready' && incarnation === 2,
    );
    expect(second).toMatchObject({ pid: spare, lastExit: { incarnation: 1, signal: 'SIGKILL' } });
    connection.notify('leave', 3);
    const { lastExit } = await connection.waitFor(({ lastExit: exit }) => exit?.incarnation === 2);
    expect(lastExit).toMatchObject({ code: 3, lastWords: ['the lamp gets hot', 'the lamp burns'] });
    expect(stage.manager.status.launcher).toEqual(launcher);
  });

  test('tells codes, signals and failures as the host’s own starts do', async () => {
    const ends = async (stage: ReturnType<typeof createStage>) => {
      const told: unknown[] = [];
      for (const [command, ...args] of [
        ['sh', '-c', 'echo burns >&2; exit 3'],
        ['sh', '-c', 'exit 78'],
        ['sh', '-c', 'kill -s SEGV $$'],
        ['sh', '-c', 'a\0b'],
      ]) {
        const connection = stage.add(commandModule({ command: command!, args, cwd: '/' }));
        const { lastExit } = await connection.waitFor(({ lastExit: exit }) => exit !== null);
        told.push({ ...lastExit, pid: typeof lastExit?.pid, at: 0 });
      }
      return told;
    };
    await using launched = await createLaunchedStage({ policy: { backoff: later } });
    await using own = createStage({ launcher: false, policy: { backoff: later } });
    const [first, second] = [await ends(launched), await ends(own)];
    expect(first).toEqual(second);
    expect(first).toMatchObject([
      { code: 3, lastWords: ['burns'] },
      { code: 78 },
      { signal: 'SIGSEGV' },
      { cause: 'misconfigured' },
    ]);
  });

  test('tells the exit of a module that is killed before its host judges that the channel closed', async () => {
    await using stage = await createLaunchedStage();
    const connection = stage.add('healthy.js');
    const { pid } = await connection.waitFor('ready');
    process.kill(pid!, 'SIGKILL');
    block('the launcher has reaped it', () => readProcess(pid!) === undefined);
    await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
    expect(stage.journal.states(connection.id).filter((state) => state.startsWith('puttingDown'))).toEqual(
      [],
    );
  });

  test('leaves all that a module says before it ends to its host, however soon that is', async () => {
    await using stage = await createLaunchedStage({ policy: { backoff: later } });
    const lines = Array.from({ length: 20 }, (_, number) => `line ${number}`);
    const script = lines.map((line) => `echo ${line}; echo ${line} >&2`).join('; ');
    const connections = Array.from({ length: 20 }, () =>
      stage.add(commandModule({ command: 'sh', args: ['-c', script] })),
    );
    for (const connection of connections) {
      const { lastExit } = await connection.waitFor(({ lastExit: exit }) => exit !== null);
      expect(lastExit?.lastWords.toSorted()).toEqual([...lines, ...lines].toSorted());
    }
  });

  test('keeps what a module says that has ended before its host could take the pipes', async () => {
    await using stage = await createLaunchedStage({ policy: { backoff: later } });
    await stage.add('healthy.js').waitFor('ready');
    const folder = mkdtempSync(join(tmpdir(), 'greenroom-launcher-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const names = ['one', 'two', 'three'];
    const files = names.map((name) => join(folder, name));
    const connections = files.map((file) => {
      const script = `echo $$ >&2; : >${file}`;
      return stage.add(commandModule({ command: 'sh', args: ['-c', script], cwd: '/', channel: 'stdio' }));
    });
    const asked = new Set<string>();
    for (const connection of connections)
      connection.subscribe(({ id, state }) => {
        if (state !== 'spawning' || asked.size === files.length) return;
        asked.add(id);
        if (asked.size < files.length) return;
        // The launcher is asked in a turn of its own.
        setImmediate(() => {
          block('all have spoken', () => files.every((file) => existsSync(file)));
          // Whatever the launcher does with pipes that nobody takes, it does it at once.
          const end = Date.now() + 200;
          block('the launcher had time', () => Date.now() > end);
        });
      });
    for (const connection of connections) {
      const { lastExit } = await connection.waitFor(({ lastExit: exit }) => exit !== null);
      expect(lastExit).toMatchObject({ code: 0, lastWords: [String(lastExit?.pid)] });
    }
  });

  test('starts many at once, each of them once', async () => {
    await using stage = await createLaunchedStage({ startSlots: 8 });
    const connections = Array.from({ length: 24 }, () => stage.add('healthy.js'));
    const all = await Promise.all(connections.map((connection) => connection.waitFor('ready')));
    expect(all.map(({ incarnation }) => incarnation)).toEqual(all.map(() => 1));
    expect(stage.journal.exits).toEqual([]);
  });

  test('lets an order that comes while it starts a process have its way', async () => {
    await using stage = await createLaunchedStage({ policy: { deadlines: { terminate: 10_000 } } });
    const connection = stage.add('healthy.js');
    await connection.waitFor('spawning');
    connection.disable();
    expect(connection.status).toMatchObject({ state: 'stopping', step: 'terminating' });
    const { lastExit } = await connection.waitFor('disabled');
    expect(lastExit).toMatchObject({ signal: 'SIGTERM', cause: 'stopped', crash: false });
  });

  test('lets nobody get away who was just being started when the manager is stopped by force', async () => {
    const stage = await createLaunchedStage({ policy: { deadlines: { terminate: 60_000 } } });
    const connection = stage.add('hangs-while-importing-deaf-to-sigterm.js');
    await connection.waitFor('spawning');
    await stage.manager.stop({ force: true });
    expect(stage.journal.exits).toMatchObject([{ signal: 'SIGKILL', cause: 'stopped', crash: false }]);
    await stage[Symbol.asyncDispose]();
  });

  test('isn’t given up by a host that was busy itself before it asked', async () => {
    await using stage = await createLaunchedStage({ policy: { deadlines: { terminate: 1 } } });
    const healthy = stage.add('healthy.js');
    await healthy.waitFor('ready');
    const { launcher } = stage.manager.status;
    const connection = stage.add('hangs-while-importing.js');
    connection.subscribe(({ state }) => {
      if (state !== 'spawning') return;
      block('a launcher would be silent for too long', beyondPatience());
      connection.disable();
    });
    const { lastExit } = await connection.waitFor('disabled');
    expect(lastExit).toMatchObject({ cause: 'stopped', crash: false });
    expect(stage.manager.status.launcher).toEqual(launcher);
    expect(healthy.status).toMatchObject({ state: 'ready', incarnation: 1 });
  });

  test('isn’t given up by a host that was too busy to hear that the process is there', async () => {
    await using stage = await createLaunchedStage();
    const healthy = stage.add('healthy.js');
    await healthy.waitFor('ready');
    const { launcher } = stage.manager.status;
    const covered = stage.add('healthy.js', { policy: { standby: true } });
    await covered.waitFor('ready');
    process.kill(launcher.pid!, 'SIGSTOP');
    await until('a spare is asked for', () => stage.manager.status.spares[0]?.state === 'spawning');
    // The launcher is asked in a turn of its own.
    await new Promise((resolve) => setImmediate(resolve));
    process.kill(launcher.pid!, 'SIGCONT');
    const isOver = beyondPatience();
    block('the spare is there', () => childrenOf(launcher.pid!).length === 3 && isOver());
    covered.disable();
    await covered.waitFor('disabled');
    await until('the spare is gone', () => childrenOf(launcher.pid!).length < 2);
    expect(stage.manager.status.launcher).toEqual(launcher);
    expect(healthy.status).toMatchObject({ state: 'ready', incarnation: 1 });
  });

  test('leaves signals that a service manager or a terminal sends to all to its host, and ends with it', async () => {
    const guards = { parentDeathSignal: false, janitor: false };
    const host = await startHost({ module: 'healthy.js', launcher: true, guards });
    const { pid, launcher } = await host.said('ready', (word) => word.state === 'ready');
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.kill(launcher!.pid!, signal);
    // It hears of them before it can tell of this end and start another.
    process.kill(pid!, 'SIGKILL');
    const again = await host.said('ready again', (word) => word.state === 'ready' && word.pid !== pid);
    expect(again.launcher).toEqual(launcher);
    await host.kill();
    await host.nobodyIsLeft();
    await until('the launcher is gone', () => !lives(launcher!.pid!));
  });

  /** Starts a module, and ends the launcher that is to do it. */
  async function startWithoutAWord(stage: Stage): Promise<void> {
    const connection = stage.add('healthy.js');
    await connection.waitFor('spawning');
    process.kill(stage.manager.status.launcher.pid!, 'SIGKILL');
    const { pid, incarnation } = await connection.waitFor('ready');
    expect(incarnation).toBe(1);
    expect(parentOf(pid!)).toBe(process.pid);
    // Else it would watch what the kernel watches.
    expect(environmentOf(pid!)['GREENROOM_GUARDED_BY']).toBe(String(process.pid));
  }

  test('that ends before it says a word leaves the start to its host, and the next to another launcher', async () => {
    await using stage = await createLaunchedStage();
    for (const deaths of [1, 2]) {
      await startWithoutAWord(stage);
      expect(stage.manager.status.launcher).toEqual({ state: 'waiting', pid: null, deaths });
    }
    const { pid } = await stage.add('healthy.js').waitFor('ready');
    expect(parentOf(pid!)).toBe(stage.manager.status.launcher.pid);
  });

  test('isn’t tried again after three in a row that ended before they said a word', async () => {
    await using stage = await createLaunchedStage();
    for (let deaths = 0; deaths < 3; deaths += 1) await startWithoutAWord(stage);
    expect(stage.manager.status.launcher).toEqual({ state: 'unavailable', pid: null, deaths: 3 });
    const { pid } = await stage.add('healthy.js').waitFor('ready');
    expect(parentOf(pid!)).toBe(process.pid);
  });

  test.runIf(process.getuid?.() === 0)(
    'starts nothing for a host that has given up its rights since',
    async () => {
      const host = join(import.meta.dirname, 'fixtures/host-that-gives-up-its-rights.js');
      const args = [host, await builtPath(), fixture('healthy.js')];
      const said = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 });
      expect(JSON.parse(said)).toEqual({
        told: [
          { user: 0, isOfLauncher: true },
          { user: 65_534, isOfLauncher: false },
        ],
        launcher: { state: 'waiting', pid: null, deaths: 0 },
      });
    },
  );

  test('keeps nobody from ending', async () => {
    // Other tests of this process may have left some that are about to end.
    const before = heldProcesses();
    const stage = await createLaunchedStage({ policy: { restart: 'temporary' } });
    const connection = stage.add('dies-with-last-words.js');
    await connection.waitFor('ready');
    const { pid } = stage.manager.status.launcher;
    connection.notify('leave', 0);
    await connection.waitFor('disabled');
    expect(heldProcesses()).toBeLessThanOrEqual(before);
    await stage[Symbol.asyncDispose]();
    await until('the launcher is gone', () => !lives(pid!));
  });
});

/** How many child processes keep this one from ending. */
function heldProcesses(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;
}

/** True once a launcher that says nothing from now on is given up. */
function beyondPatience(): () => boolean {
  const end = performance.now() + 1100;
  return () => performance.now() > end;
}

function childrenOf(parent: number): number[] {
  return allPids().filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number {
  return readProcess(pid)?.parent ?? 0;
}
