import { expect, onTestFinished, test, vi } from 'vitest';
import { readProcess } from '../../src/process/process-table.ts';
import type { GuardedStart } from '../../src/process/guards.ts';
import { spawnModule, type SpawnListener, type Startable } from '../../src/process/spawn.ts';
import { fixture, start } from './incarnation-kit.ts';
import { lives } from './life-signs.ts';
import { plainProtocol } from './plain-protocol.ts';

const onPosix = test.runIf(process.platform !== 'win32');
const onLinux = test.runIf(process.platform === 'linux');

/** The pid that a fixture says. */
async function saidPid(incarnation: ReturnType<typeof start>): Promise<number> {
  return Number((await incarnation.saw('message.received')).message.name);
}

test('a process registers with its token, is initialised and is opened; all news carry incarnation and time', async () => {
  const before = Date.now();
  const { all, saw, order, steps, record } = start(fixture('registers.js'));
  expect((await saw('process.spawned')).pid).toBeGreaterThan(0);
  expect(await saw('module.registered')).toMatchObject({ tokenValid: true });
  order({ type: 'acceptRegistration' }, { type: 'initialise' });
  await saw('module.initialised');
  order({ type: 'open' });
  expect(steps.at(-1)).toBe('opened');
  expect(record.session).toBeDefined();
  for (const news of all) {
    expect(news.incarnation).toBe(7);
    expect(news.at).toBeGreaterThanOrEqual(before);
  }
});

onLinux('a process leads a group of its own', async () => {
  const { pid } = await start(fixture('idles.sh')).saw('process.spawned');
  expect(readProcess(pid)?.group).toBe(pid);
});

test.each(['registers-in-lines.js', 'registers-on-stdio.js'])(
  '%s talks over its kind of channel, both ways',
  async (name) => {
    const channel = name.includes('stdio') ? 'stdio' : 'lines';
    const { saw, order, record } = start(fixture(name, { channel }));
    expect(await saw('module.registered')).toMatchObject({ tokenValid: true });
    order({ type: 'acceptRegistration' });
    expect((await saw('message.received')).message.name).toBe('{"accept":true}');
    if (channel === 'stdio')
      await expect.poll(() => record.lines).toEqual([{ stream: 'stderr', text: 'said on stderr' }]);
  },
);

test('a module sees the variables allowed, its own and its token, and nothing else of its host', async () => {
  vi.stubEnv('HOST_SECRET', 'swordfish');
  onTestFinished(() => void vi.unstubAllEnvs());
  const launch = fixture('tells-environment.js', { env: { LAMP: 'on' } });
  const said = await start(launch, { environment: () => ({ LANG: 'C' }) }).saw('message.received');
  expect(JSON.parse(said.message.name)).toEqual({
    LANG: 'C',
    LAMP: 'on',
    TOKEN: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

onPosix('a module that reads its input finds the end of it, not the terminal of its host', async () => {
  expect((await start(fixture('reads-stdin.sh')).saw('message.received')).message.name).toBe('end of input');
});

test('an exit is reported once, with code and the last words of both streams, and leaves nothing registered', async () => {
  const { saw, types, registry, record } = start(fixture('exits-with-last-words.sh'));
  const exit = await saw('process.exited');
  expect(exit).toMatchObject({ code: 3, signal: null });
  expect(exit.lastWords.toSorted()).toEqual(['giving up', 'no lamp at 192.0.2.1', 'opening the lamp']);
  expect(exit.chance).toBeGreaterThanOrEqual(0);
  expect(exit.chance).toBeLessThan(1);
  expect(record.lines).toHaveLength(3);
  expect(registry.size).toBe(0);
  await registry.gone();
  expect(types().filter((type) => type === 'process.exited')).toHaveLength(1);
});

test('[F39] messages sent just before the exit are reported before it, in order', async () => {
  const { saw, all } = start(fixture('talks-then-exits.js'));
  await saw('process.exited');
  // That the channel closed is told only if the host sees it before the kernel ends the process.
  const untold = new Set(['process.spawned', 'channel.closed']);
  const news = all.filter((each) => !untold.has(each.type));
  const names = news.map((each) => (each.type === 'message.received' ? each.message.name : each.type));
  const messages = Array.from({ length: 500 }, (_, index) => String(index + 1));
  expect(names).toEqual([...messages, 'process.exited']);
  expect(all.at(-1)?.type).toBe('process.exited');
});

test('the exit is reported first; then, in the same turn, the app is told and pending calls are rejected', async () => {
  const { saw, order, steps, record } = start(fixture('registers.js'));
  const { pid } = await saw('process.spawned');
  await saw('module.registered');
  order({ type: 'open' });
  const call = record.session!.call('shine', null, {});
  call.catch(() => record.note('rejected'));
  process.kill(pid, 'SIGKILL');
  await saw('process.exited');
  await new Promise((resolve) => setImmediate(resolve));
  expect(steps.slice(steps.indexOf('process.exited'))).toEqual([
    'process.exited',
    'closed',
    'loss',
    'rejected',
  ]);
  await expect(call).rejects.toMatchObject({
    code: 'CONNECTION_LOST',
    message: 'the process was ended by SIGKILL',
  });
});

onPosix('a process whose pipes are held by an escaped grandchild is seen to exit at once', async () => {
  const incarnation = start(fixture('leaves-escaped-grandchild.js'));
  const grandchild = await saidPid(incarnation);
  await incarnation.saw('process.exited');
  expect(lives(grandchild)).toBe(true);
  process.kill(grandchild, 'SIGKILL');
});

onPosix('[F28] what an exiting process leaves behind in its group is killed', async () => {
  const incarnation = start(fixture('leaves-grandchild.sh'));
  const grandchild = await saidPid(incarnation);
  expect(await incarnation.saw('process.exited')).toMatchObject({ code: 0 });
  await incarnation.registry.gone();
  expect(lives(grandchild)).toBe(false);
});

onPosix('[F28] SIGKILL reaches the grandchildren', async () => {
  const incarnation = start(fixture('has-grandchild.sh'));
  const grandchild = await saidPid(incarnation);
  incarnation.order({ type: 'signal', signal: 'SIGKILL' });
  expect(await incarnation.saw('process.exited')).toMatchObject({ code: null, signal: 'SIGKILL' });
  await incarnation.registry.gone();
  expect(lives(grandchild)).toBe(false);
});

onPosix('SIGTERM ends a process that listens to it; a deaf one needs SIGKILL', async () => {
  const polite = start(fixture('idles.sh'));
  await polite.saw('message.received');
  polite.order({ type: 'signal', signal: 'SIGTERM' });
  expect(await polite.saw('process.exited')).toMatchObject({ signal: 'SIGTERM' });

  const deaf = start(fixture('deaf-to-sigterm.sh'));
  await deaf.saw('message.received');
  deaf.order({ type: 'signal', signal: 'SIGTERM' }, { type: 'signal', signal: 'SIGKILL' });
  expect(await deaf.saw('process.exited')).toMatchObject({ signal: 'SIGKILL' });
});

onPosix(
  'a process that a launcher is just starting when its connection is killed is killed once it is there',
  async () => {
    const starts: (() => void)[] = [];
    const launcher = {
      next: () => ({
        start: (launch: Startable, guard: () => GuardedStart, listener: SpawnListener) => {
          starts.push(() => spawnModule(launch, guard().environment, listener));
          return () => {};
        },
      }),
    };
    const { saw, registry } = start(fixture('idles.sh'), {}, { launcher });
    registry.kill('lamp');
    starts[0]?.();
    expect(await saw('process.exited')).toMatchObject({ signal: 'SIGKILL' });

    const next = start(fixture('idles.sh'), {}, { launcher, registry });
    registry.kill('another');
    starts[1]?.();
    await next.saw('message.received');
    next.order({ type: 'signal', signal: 'SIGTERM' });
    expect(await next.saw('process.exited')).toMatchObject({ signal: 'SIGTERM' });
    await registry.gone();
  },
);

test('[F17] no signal is sent once the exit was seen', async () => {
  const { saw, order, stop, registry } = start(fixture('exits-with-last-words.sh'));
  const { pid } = await saw('process.spawned');
  await saw('process.exited');
  await registry.gone();
  const kill = vi.spyOn(process, 'kill');
  onTestFinished(() => kill.mockRestore());
  order({ type: 'signal', signal: 'SIGTERM' }, { type: 'signal', signal: 'SIGKILL' });
  registry.kill('lamp');
  registry.killAll();
  stop();
  expect(kill.mock.calls.filter(([target]) => Math.abs(target) === pid)).toEqual([]);
});

onPosix('[F13] a channel that closes while the process lives is reported', async () => {
  const { saw, types } = start(fixture('closes-channel-but-lives.sh'));
  const { pid } = await saw('process.spawned');
  await saw('channel.closed');
  expect(lives(pid)).toBe(true);
  expect(types()).not.toContain('process.exited');
});

onPosix(
  'stopping the actor kills process and grandchildren, closes the session, and nothing is reported any more',
  async () => {
    const incarnation = start(fixture('has-grandchild.sh'));
    const grandchild = await saidPid(incarnation);
    const { pid } = await incarnation.saw('process.spawned');
    const before = incarnation.types();
    incarnation.stop();
    await incarnation.registry.gone();
    expect([lives(pid), lives(grandchild)]).toEqual([false, false]);
    expect(incarnation.types()).toEqual(before);
    expect(incarnation.steps.slice(-2)).toEqual(['closed', 'loss']);
  },
);

onPosix(
  'messages that can’t be understood are refused with an excerpt, and the next one arrives',
  async () => {
    const { saw } = start(fixture('talks-nonsense.sh'));
    expect(await saw('message.refused')).toMatchObject({
      fatal: false,
      detail: expect.stringContaining('this is no JSON') as string,
    });
    expect((await saw('message.refused', 1)).detail).toContain('unknown frame {"what":"is this"}');
    expect((await saw('message.received')).message.name).toBe('still here');
  },
);

test('messages are reported until the order to open, and go straight to the session until the order to close', async () => {
  const delivered: string[] = [];
  const launch = fixture('registers.js', { protocol: plainProtocol(delivered) });
  const { saw, order, record, all } = start(launch);
  await saw('module.registered');
  const received = () => all.flatMap((news) => (news.type === 'message.received' ? [news.message.name] : []));
  order({ type: 'open' });
  record.session!.notify('while open', null);
  await expect.poll(() => delivered).toEqual(['while open']);
  order({ type: 'close', cause: 'it is stopped' });
  record.session!.notify('while shut', null);
  await expect.poll(received).toEqual(['while shut']);
  expect(delivered).toEqual(['while open']);
});

test('messages held are delivered in order when they are released', async () => {
  const delivered: string[] = [];
  const { saw, order } = start(fixture('registers.js', { protocol: plainProtocol(delivered) }));
  await saw('process.spawned');
  const message = (name: string) => ({ kind: 'notification', name, early: true, frame: null }) as const;
  order({ type: 'hold', message: message('first') }, { type: 'hold', message: message('second') });
  expect(delivered).toEqual([]);
  order({ type: 'releaseHeld' }, { type: 'deliver', message: message('third') });
  expect(delivered).toEqual(['first', 'second', 'third']);
});

test('a config that the module refuses is reported with the reason', async () => {
  const { saw, order } = start(fixture('registers.js'));
  await saw('module.registered');
  order({ type: 'configure' });
  expect(await saw('module.configRefused')).toMatchObject({
    message: expect.stringContaining('no such device') as string,
  });
});

test('a watched process is pinged, and its answer keeps it from being reported', async () => {
  const beats: string[] = [];
  const protocol = plainProtocol();
  const open: typeof protocol.open = (port) => {
    const session = protocol.open(port);
    return { ...session, ping: () => session.ping().then(() => void beats.push('answered')) };
  };
  const { saw, order, types } = start(fixture('registers.js', { protocol: { name: 'counting', open } }), {
    heartbeatInterval: 50,
  });
  await saw('module.registered');
  order({ type: 'watch' });
  await expect.poll(() => beats.length).toBeGreaterThan(2);
  order({ type: 'unwatch' });
  expect(types()).not.toContain('heartbeat.answered');
});

onPosix('[F14] a stopped process misses its beats and answers again when it goes on', async () => {
  const { saw, order } = start(fixture('registers.js'), { heartbeatInterval: 50 });
  const { pid } = await saw('process.spawned');
  await saw('module.registered');
  process.kill(pid, 'SIGSTOP');
  order({ type: 'watch' });
  await saw('heartbeat.missed', 1);
  process.kill(pid, 'SIGCONT');
  await saw('heartbeat.answered');
});

test('errors thrown by session and host become news, and the actor goes on', async () => {
  const protocol = plainProtocol();
  const broken = (): never => {
    throw new Error('this session is broken');
  };
  const open: typeof protocol.open = (port) => ({ ...protocol.open(port), acceptRegistration: broken });
  const { saw, order, record } = start(fixture('registers.js', { protocol: { name: 'broken', open } }), {
    onOutput: broken,
  });
  await saw('module.registered');
  order({ type: 'acceptRegistration' });
  expect((await saw('message.refused')).detail).toBe(
    'The order acceptRegistration could not be carried out: this session is broken',
  );
  order({ type: 'signal', signal: 'SIGKILL' });
  await saw('process.exited');
  expect(record.errors).toEqual([]);
});

test('a protocol that can’t be opened is fatal news of a process that lives', async () => {
  const open = (): never => {
    throw new Error('no such protocol');
  };
  const { saw, order } = start(fixture('registers.js', { protocol: { name: 'broken', open } }));
  await saw('process.spawned');
  expect(await saw('message.refused')).toMatchObject({
    fatal: true,
    detail: 'The session could not be opened: no such protocol',
  });
  order({ type: 'signal', signal: 'SIGKILL' });
  await saw('process.exited');
});
