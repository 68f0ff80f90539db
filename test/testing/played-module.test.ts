import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createManager, type ManagerOptions } from '../../src/index.ts';
import {
  closesChannel,
  createTestManager,
  exits,
  failsInit,
  hangs,
  initialises,
  life,
  notifies,
  playedModule,
  registers,
  reports,
  says,
  unregisters,
  type DiaryLine,
  type Life,
  type Lives,
} from '../../src/testing/index.ts';

const policy: NonNullable<ManagerOptions['policy']> = {
  restart: 'temporary',
  deadlines: { leave: 100, ask: 100, terminate: 100 },
};
// For the one who hangs; a machine that is busy makes others miss a beat, too.
const watched = { ...policy, heartbeat: { interval: 100, suspectAfter: 2, putDownAfter: 4 } };
const unwatched = { ...policy, heartbeat: { interval: 0 } };

const becomesReady = [registers(), initialises()];

const lives: Record<string, Life> = {
  'exits before it registers': life([exits(3)]),
  'registers with a wrong token': life([registers({ token: 'wrong' })]),
  'speaks a version nobody knows': life([registers({ version: 99 })]),
  'fails its init': life([registers(), failsInit('no device')]),
  'is misconfigured': life([registers(), failsInit('no address', { misconfigured: true })]),
  'crashes when ready': life([...becomesReady, says('ouch'), notifies('bye'), exits(4)]),
  'ends by a signal': life([...becomesReady, exits('SIGTERM')]),
  'leaves with a goodbye': life([...becomesReady, unregisters(), exits(0)]),
  hangs: life([...becomesReady, hangs()]),
  'closes its channel and is deaf to SIGTERM': life([...becomesReady, closesChannel()], {
    deafTo: ['SIGTERM'],
  }),
  'can’t be started': life([], { spawn: { fails: { message: 'it would not', errno: 'E2BIG' } } }),
  'is not found': life([], { preparation: { fails: 'no such file' } }),
};

/** How its only process ended, and where that led. */
const summary = ({ state, lastExit }: { state: string; lastExit: unknown }) => {
  const {
    code = null,
    signal = null,
    cause = null,
    phase = null,
  } = (lastExit ?? {}) as Record<string, unknown>;
  return { state, code, signal, cause, phase };
};
const over = ['failed', 'misconfigured', 'disabled'] as const;

it.concurrent.each(Object.keys(lives))(
  'ends in the same way with a real process as with a fake one: %s',
  async (name) => {
    const one = lives[name] as Life;
    const chosen = { policy: name === 'hangs' ? watched : unwatched };
    await using fake = createTestManager({ modules: { lamp: one }, ...chosen });
    await using real = createManager(chosen);
    const inFake = fake.add({ id: 'lamp', module: 'lamp.js' });
    const inReality = real.add({ id: `played-${process.pid}-${name}`, module: playedModule(one) });
    const expected = summary(await fake.until(inFake.waitFor(over)));
    expect(summary(await inReality.waitFor(over))).toEqual(expected);
  },
);

it('keeps a diary of what each process did and heard, and answers calls with their payload', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-'));
  const diary = join(folder, 'diary');
  await using manager = createManager();
  const both: Lives = [life([...becomesReady, exits(1)]), life(becomesReady)];
  const lamp = manager.add({ id: `diary-${process.pid}`, module: playedModule(both, { diary }) });
  await lamp.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  expect(await lamp.call('echo', { n: 1 })).toEqual({ n: 1 });
  const lines = readFileSync(diary, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as DiaryLine);
  rmSync(folder, { recursive: true });
  const first = lines.filter(({ incarnation }) => incarnation === 1);
  expect(first.flatMap(({ did }) => did?.does ?? [])).toEqual(['registers', 'initialises', 'exits']);
  expect(first.flatMap(({ heard }) => heard ?? [])).toEqual(['registered', '$init']);
  expect(lines.at(-1)).toMatchObject({ incarnation: 2, pid: lamp.status.pid, heard: 'echo' });
});

it('makes a connection misconfigured, and says why, if no process can live its life', async () => {
  await using manager = createManager();
  const impossible = life([reports({ type: 'stop.answered' })]);
  const lamp = manager.add({ id: 'impossible', module: playedModule(impossible) });
  const { reason } = await lamp.waitFor('misconfigured');
  expect(reason).toContain('A real process can’t live this life: `reports` and `savesConfig`');
});
