import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { companionModule, type CompanionModuleOptions } from '../../src/companion/index.ts';
import type { Connection, ConnectionOptions, ManagerOptions } from '../../src/index.ts';
import type { Launch, Module } from '../../src/process/protocol.ts';
import { compiled } from '../companion/compiled.ts';
import { node22, without22 } from '../companion/node-22.ts';
import {
  createModuleFolder,
  type ModuleFolder,
  runtimeFor,
  type Sdk,
  sdk2,
  sdkVersions,
} from '../companion/sdk.ts';
import { createStage, type Stage } from './manager.ts';
import { lives, until } from './operating-system.ts';

const sdks: readonly Sdk[] = [sdkVersions.at(-1)!, ...(node22 === undefined ? [] : [sdk2])];
const endless = { backoff: { initial: 45_000, most: 45_000 } } satisfies ManagerOptions['policy'];

describe.each(sdks)(`with @companion-module/base $version${without22}`, (sdk) => {
  const isSecond = sdk === sdk2;
  let folder: ModuleFolder;
  beforeAll(async () => {
    folder = await createModuleFolder(sdk, '../../faults/fixtures/companion-generations', runtimeFor(sdk));
  });
  afterAll(() => folder.remove());
  const moduleOf = (options: Partial<CompanionModuleOptions> = {}): Module =>
    compiled(
      companionModule({
        folder: folder.folder,
        ...(isSecond && { runtimes: { node22: node22! } }),
        ...options,
      }),
    );
  const add = (stage: Stage, mode: string, options: Partial<ConnectionOptions> = {}) =>
    stage.add(moduleOf(), { config: { host: 'first' }, env: { MODE: mode }, ...options });

  test(`[F9] edits of the config of a module on base ${sdk.version} that boots reach it as one, with its init`, async () => {
    await using stage = createStage();
    const sent: unknown[] = [];
    const connection = stage.add(recorded(moduleOf(), sent), { config: { host: 'first' } });
    let edits = 0;
    const editing = setInterval(() => {
      if (connection.status.state === 'registering')
        connection.update({ config: { host: `edit ${(edits += 1)}` } });
    }, 2);
    onTestFinished(() => clearInterval(editing));
    await connection.waitFor('ready');
    await until('it told of its init', () => told(stage).length > 0);
    expect(edits).toBeGreaterThanOrEqual(2);
    expect(told(stage)).toEqual([`init with edit ${edits}`]);
    const [answer, init, ...more] = sent;
    expect(answer).toMatchObject(
      isSecond ? { type: 'registered' } : { direction: 'response', success: true },
    );
    expect(init).toMatchObject({ name: isSecond ? '$init' : 'init' });
    expect(more.map((frame) => (frame as { name?: string }).name)).not.toContain(
      isSecond ? '$configure' : 'updateConfigAndLabel',
    );
    expect(stage.journal.exits).toEqual([]);
  });

  test(`[F10] a module on base ${sdk.version} that registers with another token is put down, and nothing of it is believed`, async () => {
    await using stage = createStage({ policy: endless });
    const connection = stage.add(withToken(moduleOf(), 'f'.repeat(64)), { config: { host: 'first' } });
    await connection.waitFor('backingOff');
    expect(stage.journal.exits).toMatchObject([{ phase: 'registering', cause: 'wrong-token', crash: true }]);
    expect(stage.journal.exits[0]).toMatchObject({ incarnation: 1 });
    expect(stage.journal.messages).toEqual([]);
    expect(told(stage)).toEqual([]);
  });

  test(`[F12] what a program says in the name of a dead module on base ${sdk.version} changes neither config nor successor`, async () => {
    await using stage = createStage();
    const connection = stage.add(moduleOf({ permissions: 'off' }), {
      config: { host: 'first' },
      env: { MODE: 'leaves a talker' },
    });
    const { pid } = await connection.waitFor('ready');
    await until('its pid was told', () => talkerOf(stage) !== undefined);
    const talker = talkerOf(stage)!;
    onTestFinished(() => void (lives(talker) && spawnSync('kill', ['-9', String(talker)])));
    await until('it talks', () => stage.journal.messages.some(({ name }) => name === 'set-status'));
    connection.update({ config: { host: 'second' } });
    await until('it has that', () => told(stage).includes('updated with second'));
    const stop = stage.manager.on('exit', () => {
      process.kill(talker, 'SIGUSR2');
      stop();
    });
    process.kill(pid!, 'SIGKILL');
    await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
    await until('the talker noticed that nobody listens', () => !lives(talker));
    expect(connection.config).toEqual({ host: 'second' });
    await until('the second was initialised', () => told(stage).length >= 3);
    expect(told(stage).at(-1)).toBe('init with second');
  });

  test(`[F22] an edit of the config while a module on base ${sdk.version} upgrades the one before is upgraded as well`, async () => {
    await using stage = createStage();
    const connection = add(stage, '', { config: { host: 'old', waits: true } });
    await until('it upgraded that', () => told(stage).includes('init with upgraded'));
    connection.update({ config: { host: 'old', edited: true } });
    process.kill(connection.status.pid!, 'SIGUSR2');
    await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
    expect(connection.config).toEqual({ host: 'upgraded', edited: true });
    await until('the second was initialised', () => told(stage).length > 1);
    expect(told(stage)).toEqual(['init with upgraded', 'init with upgraded']);
    expect(stage.journal.exits).toMatchObject([{ crash: false }]);
  });

  test(`an upgrade script of a module on base ${sdk.version} that throws leaves the config alone, which can be corrected`, async () => {
    await using stage = createStage({ policy: endless });
    const connection = add(stage, '', { config: { break: true } });
    const status = await connection.waitFor(isSecond ? 'misconfigured' : 'backingOff');
    expect(status.reason).toContain('the old config makes no sense');
    expect(connection.config).toEqual({ break: true });
    expect(status.pid).toBeNull();
    connection.update({ config: { host: 'corrected' } });
    await connection.waitFor('ready');
    await until('it told of its init', () => told(stage).length > 0);
    expect(told(stage)).toEqual(['init with corrected']);
  });
});

describe.runIf(node22)(`The import of a module on API ${sdk2.version}${without22}`, () => {
  let folder: ModuleFolder;
  beforeAll(async () => {
    folder = await createModuleFolder(sdk2, '../../faults/fixtures/companion-generations', runtimeFor(sdk2));
  });
  afterAll(() => folder.remove());
  const add = (stage: Stage, mode: string): Connection => {
    const module = compiled(companionModule({ folder: folder.folder, runtimes: { node22: node22! } }));
    return stage.add(module, { config: { host: 'first' }, env: { MODE: mode } });
  };

  test.each(['never comes to its end', 'keeps its process busy'])(
    'when it %s, it holds up nobody and ends at the deadline of init',
    async (mode) => {
      await using stage = createStage({
        startSlots: 1,
        policy: { ...endless, deadlines: { init: 2000, terminate: 100 } },
      });
      const connection = add(stage, mode);
      await until('it imports', () => stage.journal.output.some(({ line }) => line === 'importing'));
      expect(connection.status.state).toBe('initialising');
      const other = stage.add('healthy.js');
      await other.waitFor('ready');
      await connection.waitFor('backingOff');
      expect(stage.journal.exits).toMatchObject([
        { phase: 'initialising', cause: 'init-timeout', crash: true },
      ]);
    },
  );

  test.each([
    ['throws', 'backingOff', 'no licence'],
    ['imports what is missing', 'misconfigured', 'nowhere.js'],
    ['exports no class', 'misconfigured', 'exports no class'],
  ] as const)('when it %s, the connection is %s and says why', async (mode, state, why) => {
    await using stage = createStage({ policy: endless });
    const connection = add(stage, mode);
    expect((await connection.waitFor(state)).reason).toContain(why);
  });
});

/** What the module told of what reached it. */
function told({ journal }: Stage): string[] {
  return journal.output.map(({ line }) => line).filter((line) => /^(init|updated) with /.test(line));
}

function talkerOf({ journal }: Stage): number | undefined {
  const line = journal.output.find((output) => output.line.startsWith('talker '))?.line;
  return line === undefined ? undefined : Number(line.slice('talker '.length));
}

/** The same module, with what is sent to it. */
function recorded(module: Module, sent: unknown[]): Module {
  return {
    name: module.name,
    async prepare(request) {
      const launch = await module.prepare(request);
      const { name, open } = launch.protocol;
      const record: typeof open = (port) =>
        open({
          ...port,
          send(message) {
            sent.push(message);
            port.send(message);
          },
        });
      return { ...launch, protocol: { name, open: record } };
    },
  };
}

function withToken(module: Module, token: string): Module {
  return {
    name: module.name,
    async prepare(request) {
      const launch = await module.prepare(request);
      const given: Launch = {
        ...launch,
        environment: (identity) => launch.environment({ ...identity, token }),
      };
      if (launch.tokenDelivery !== 'descriptor') return given;
      return { ...given, file: 'sh', args: ['-c', lendsToken, token, launch.file, ...launch.args] };
    },
  };
}

// Its own is on another descriptor, which nobody reads.
const lendsToken = 'exec 5<<END\n$0\nEND\nGREENROOM_TOKEN_FD=5 exec "$@"';
