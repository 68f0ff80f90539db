import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { kill } from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CompanionHost, companionModule } from '../../src/companion/index.ts';
import { type Connection, type ConnectionState, createManager, type Manager } from '../../src/index.ts';
import { readProcess } from '../../src/process/process-table.ts';
import { block } from '../faults/operating-system.ts';
import { compiled } from './compiled.ts';
import { has } from './features.ts';
import { node22, without22 } from './node-22.ts';
import { type Figures, type Rig, startRig } from './rig.ts';
import { createModuleFolder, type ModuleFolder, type Sdk, sdk2, sdkVersions, testedSdks } from './sdk.ts';

const run = promisify(execFile);

const patience = { timeout: 10_000 };
const polling = { timeout: 10_000, interval: 5 };

/** When a process is killed. */
interface Moment {
  readonly title: string;
  readonly phase: ConnectionState;
  /** The phase it may die in, too: what it had said before it was killed is read afterwards. */
  readonly or?: ConnectionState;
  /** What else must be true. */
  readonly when?: (pid: number) => boolean;
  /** A request to the HTTP device that gets no answer until the process is dead, and without which the moment hasn't come. */
  readonly held?: string;
  /** Whether it is to execute an action. */
  readonly acts?: true;
}

const moments: readonly Moment[] = [
  { title: 'that has just been spawned', phase: 'registering' },
  {
    title: 'whose Node is up, and that has not registered',
    phase: 'registering',
    or: 'initialising',
    when: hasThreads,
  },
  { title: 'that has just registered', phase: 'initialising' },
  { title: 'whose init waits for one device and has the others', phase: 'initialising', held: 'GET /hello' },
  { title: 'that is at rest', phase: 'ready' },
  { title: 'whose action waits for a device', phase: 'ready', held: 'PUT /volume', acts: true },
  { title: 'that has just been asked to stop', phase: 'stopping' },
  { title: 'whose goodbye waits for a device', phase: 'stopping', held: 'GET /bye' },
];

interface Kind {
  readonly language: 'JavaScript' | 'TypeScript';
  readonly sdk: Sdk;
  readonly entrypoint: string;
}

const newest = sdkVersions.at(-1)!;
const compiledModule = '../dist/main.cjs';
const first: readonly Kind[] = testedSdks
  .filter((sdk) => sdk !== sdk2)
  .map((sdk) => ({ language: 'JavaScript', sdk, entrypoint: '../main.cjs' }));
const second: readonly Kind[] = [
  { language: 'JavaScript', sdk: sdk2, entrypoint: '../main-2.mjs' },
  { language: 'TypeScript', sdk: sdk2, entrypoint: '../main-2.mts' },
];
const kinds: readonly Kind[] = [
  ...first,
  { language: 'TypeScript', sdk: newest, entrypoint: compiledModule },
  ...(node22 === undefined ? [] : second),
];

describe.for(kinds.map((kind) => [kind.language, kind.sdk.version, kind] as const))(
  `A module in %s on @companion-module/base %s with real devices, beside another on the same shared port${without22}`,
  ([, , { sdk, entrypoint }]) => {
    let folder: ModuleFolder;
    let rig: Rig;
    let stage: Stage;
    let turned = 0;
    beforeAll(async () => {
      folder = await createModuleFolder(sdk, 'rig', { entrypoint });
      if (entrypoint === compiledModule) await compile(path.join(folder.folder, 'dist'));
      // A link would lead to where it may not read.
      await cp(packageFolder('ws'), path.join(folder.folder, 'node_modules', 'ws'), { recursive: true });
      rig = await startRig();
      stage = await createStage(sdk, folder.folder, rig);
      await Promise.all([stage.front, stage.back].map((each) => each.waitFor('ready', patience)));
    });
    afterAll(async () => {
      await stage?.[Symbol.asyncDispose]();
      await rig?.[Symbol.asyncDispose]();
      await folder?.remove();
    });

    it('drives them over TCP, UDP, HTTP, OSC and WebSocket', () => isRight(sdk, rig, stage));

    it.each(moments)('is right again when a process $title was killed, and never wrong', async (moment) => {
      const { front, back, host, port } = stage;
      const before = back.status;
      rig.turn((turned += 3));
      const hold = moment.held === undefined ? undefined : rig.hold(moment.held);
      const action = moment.acts ? host.controls('front').execute(actionOf('volume', 1)) : Promise.resolve();
      const outcome = action.then(
        () => null,
        (error: unknown) => error,
      );
      const incarnation = await killWhen(front, moment.phase, (pid) => {
        if (hold && !hold.isAsked) return false;
        return moment.when?.(pid) ?? true;
      });
      rig.turn((turned += 3));
      hold?.letGo();
      // It was killed before it could hear of these.
      await rig.cue(incarnation, port);
      if (moment.acts) expect(await outcome).toMatchObject({ code: 'CONNECTION_LOST' });
      await front.waitFor((now) => now.state === 'ready' && now.incarnation > incarnation, patience);
      await isRight(sdk, rig, stage);
      expect(front.history.find((exit) => exit.incarnation === incarnation)).toMatchObject({
        signal: 'SIGKILL',
        phase: expect.toBeOneOf([moment.phase, moment.or]) as ConnectionState,
        crash: moment.phase !== 'stopping',
      });
      expect(back.status).toMatchObject({ state: 'ready', pid: before.pid, incarnation: before.incarnation });
      expect([...stage.lies]).toEqual([]);
    });

    it('leaves no socket behind when it has stopped', async () => {
      await stage.manager.stop();
      await vi.waitFor(() => expect(rig.open).toEqual({ tcp: 0, ws: 0 }), polling);
      expect(stage.host.sharedSockets).toEqual([]);
      const socket = createSocket('udp4').bind(stage.port, '127.0.0.1');
      await once(socket, 'listening');
      socket.close();
    });
  },
);

interface Stage extends AsyncDisposable {
  readonly manager: Manager;
  readonly host: CompanionHost;
  readonly front: Connection;
  readonly back: Connection;
  /** The shared one. */
  readonly port: number;
  /** What was shown of a process that is none. */
  readonly lies: ReadonlySet<string>;
  /** Where requests into modules are answered. */
  readonly http: string;
}

async function createStage(sdk: Sdk, folder: string, { ports }: Rig): Promise<Stage> {
  const host = new CompanionHost({ sharedAddresses: { udp4: '127.0.0.1' } });
  const manager = createManager({
    handlers: host.handlers,
    policy: { backoff: { initial: 10, most: 10, jitter: 0 }, intensity: { crashes: 100 } },
  });
  host.attach(manager);
  const port = await freePort();
  const add = (id: string): Connection => {
    const connection = manager.add({
      id,
      module: compiled(companionModule({ folder, runtimes: sdk === sdk2 ? { node22: node22! } : {} })),
      config: { host: '127.0.0.1', ...ports, shared: port },
    });
    host.controls(id).place({ feedbacks: { b: feedback } });
    return connection;
  };
  const [front, back] = [add('front'), add('back')];
  const lies = new Set<string>();
  front.subscribe(({ pid, state }) => {
    if (pid === null) for (const lie of liesOf(host, 'front')) lies.add(`${lie} while ${state}`);
  });
  const server = createServer((request, response) => {
    void host.http(request, response).then((taken) => taken || response.writeHead(404).end());
  });
  return {
    manager,
    host,
    front,
    back,
    port,
    lies,
    http: await listening(server),
    async [Symbol.asyncDispose]() {
      await manager.stop();
      server.close();
      host[Symbol.dispose]();
    },
  };
}

/** What is said of a connection that has no process. */
function liesOf(host: CompanionHost, id: string): string[] {
  const { status, values, feedbackValues } = host.view(id);
  return [
    ...(status === null ? [] : ['a status']),
    ...(values.size + feedbackValues.size === 0 ? [] : ['values']),
    ...(membersOf(host).includes(id) ? ['a shared socket'] : []),
  ];
}

/** Both show what the devices hold, and each way from the app to a device and back works. */
async function isRight(sdk: Sdk, rig: Rig, { host, port, http }: Stage): Promise<void> {
  await showTheFigures(host, rig);
  const to = rig.figures.lamp + 100;
  for (const id of ['lamp', 'tally', 'volume', 'fader', 'scene'] as const) {
    await host.controls('front').execute(actionOf(id, to));
    await vi.waitFor(() => expect([id, rig.figures[id]]).toEqual([id, to]), polling);
  }
  await showTheFigures(host, rig);
  const expected = { lamp: to, tally: to, volume: to, scene: to };
  expect(await figuresOf(`${http}/instance/front/figures`)).toMatchObject(expected);
  expect(rig.open).toEqual({ tcp: 2, ws: 2 });
  if (!has('shared UDP', sdk)) return;
  await vi.waitFor(() => expect(membersOf(host).toSorted()).toEqual(['back', 'front']), polling);
  expect(host.sharedSockets).toHaveLength(1);
  await rig.cue(to, port);
  for (const id of ['front', 'back'])
    await vi.waitFor(() => expect([id, host.view(id).values.get('cue')]).toEqual([id, to]), polling);
}

async function showTheFigures(host: CompanionHost, { figures, open }: Rig): Promise<void> {
  const { fader: _, ...shown } = figures;
  await vi.waitFor(() => {
    for (const id of ['front', 'back']) {
      const view = host.view(id);
      expect([id, view.status?.status, Object.fromEntries(view.values)]).toEqual([
        id,
        'ok',
        expect.objectContaining(shown satisfies Partial<Figures>),
      ]);
      expect(view.feedbackValues.get('b')).toBe(figures.lamp >= 50);
      const { actions, feedbacks, presets, variables } = view;
      expect([actions.size, feedbacks.size, presets.all.size, variables.size]).toEqual([5, 1, 1, 5]);
    }
    expect(open).toEqual({ tcp: 2, ws: 2 });
  }, polling);
}

/** Kills a process as soon as its connection is in this phase, to which it is restarted, and `isThere`; resolves with its incarnation. */
async function killWhen(
  connection: Connection,
  phase: ConnectionState,
  isThere: (pid: number) => boolean,
): Promise<number> {
  const end = Date.now() + patience.timeout;
  while (Date.now() < end) {
    const { state, pid, incarnation } = connection.status;
    if (state === phase && pid !== null && isThere(pid) && killed(pid)) return incarnation;
    // On a busy machine a phase can be over before one looks.
    if (state === 'ready' && phase !== 'ready') connection.restart();
    // Some phases last for a few turns only.
    await nextTurn();
  }
  throw new Error(`The moment did not come: it is ${connection.status.state}, not ${phase}.`);
}

/** False if it was about to exit by itself: a kill would come too late then, and nobody could tell. */
function killed(pid: number): boolean {
  if (process.platform !== 'linux') return kill(pid, 'SIGKILL');
  const state = (): string => readProcess(pid)?.state ?? 'X';
  const isOver = (): boolean => 'ZX'.includes(state());
  if (isOver()) return false;
  kill(pid, 'SIGSTOP');
  block('it to stand still', () => state() === 'T' || isOver());
  return !isOver() && kill(pid, 'SIGKILL');
}

/** Before its first line of JavaScript Node starts the threads of V8. */
function hasThreads(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).length > 4;
  } catch {
    // Elsewhere than on Linux one can't see that.
    return process.platform !== 'linux';
  }
}

function membersOf(host: CompanionHost): string[] {
  return host.sharedSockets.flatMap((socket) => socket.members.map(({ connection }) => connection));
}

async function figuresOf(url: string): Promise<unknown> {
  const response = await fetch(url);
  return response.json();
}

const feedback = {
  id: 'b',
  controlId: 'c1',
  feedbackId: 'bright',
  options: { from: 50 },
  isInverted: false,
  upgradeIndex: null,
  disabled: false,
};

function actionOf(actionId: string, to: number) {
  return { id: 'a1', controlId: 'c1', actionId, options: { to }, upgradeIndex: null, disabled: false };
}

/** As its author compiles it. */
async function compile(outDir: string): Promise<void> {
  const compiler = path.join(packageFolder('typescript'), 'bin', 'tsc');
  const project = path.join(import.meta.dirname, 'fixtures', 'rig', 'first');
  await run(process.execPath, [compiler, '-p', project, '--noEmit', 'false', '--outDir', outDir]);
}

function packageFolder(name: string): string {
  return path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => {
    socket.close(() => resolve());
  });
  return port;
}
