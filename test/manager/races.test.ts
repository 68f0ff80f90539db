import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import {
  createManager,
  GreenroomError,
  nativeProtocol,
  nodeModule,
  type Connection,
  type Manager,
  type Module,
  type SessionPort,
} from '../../src/index.ts';

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);
const managers: Manager[] = [];

function manage(...options: Parameters<typeof createManager>): Manager {
  const manager = createManager(...options);
  managers.push(manager);
  return manager;
}

afterEach(() => Promise.all(managers.splice(0).map((manager) => manager.stop())));

/** A module that keeps the only slot until it is disabled. */
async function keepSlot(manager: Manager) {
  const hog = manager.add({ id: 'hog', module: fixture('hangs.js') });
  await hog.waitFor('registering', { timeout: 10_000 });
  return hog;
}

it('starts the module that was ordered last, however long the preparation of the one before takes', async () => {
  const begun = deferred();
  const ended = deferred();
  const slow: Module = {
    name: 'slow',
    prepare: async (request) => {
      await begun.promise;
      const { signal } = new AbortController();
      const launch = await nodeModule(fixture('plain.js')).prepare({ ...request, signal });
      ended.resolve();
      return launch;
    },
  };
  const manager = manage({ startSlots: 1 });
  // So that the lamp is still queued when the preparation it gave up comes to its end.
  const hog = await keepSlot(manager);
  const lamp = manager.add({ id: 'lamp', module: slow });
  await lamp.waitFor('preparing');
  lamp.update({ module: fixture('echo.js') });
  await lamp.waitFor('queued', { timeout: 10_000 });
  begun.resolve();
  await ended.promise;
  // What was returned is passed on in microtasks, and all of those come before this.
  await new Promise(setImmediate);
  hog.disable();
  await lamp.waitFor('ready', { timeout: 10_000 });
  expect(await lamp.call('settings')).toMatchObject({ label: 'lamp' });
});

it.each<[string, (lamp: Connection) => void]>([
  ['enable()', (lamp) => lamp.enable()],
  ['restart()', (lamp) => lamp.restart()],
  ['update() of its config', (lamp) => lamp.update({ config: { prefix: 'x' } })],
  ['update() of its module', (lamp) => lamp.update({ module: fixture('echo.js') })],
])('starts who waits and is ordered %s before who waits longer', async (_, order) => {
  const manager = manage({ startSlots: 1 });
  const hog = await keepSlot(manager);
  const [dimmer, lamp] = ['dimmer', 'lamp'].map((id) => manager.add({ id, module: fixture('echo.js') }));
  await dimmer!.waitFor('queued');
  await lamp!.waitFor('queued');
  order(lamp!);
  await lamp!.waitFor('queued');
  hog.disable();
  await lamp!.waitFor('spawning', { timeout: 10_000 });
  expect(dimmer!.status).toMatchObject({ state: 'queued', incarnation: 0 });
  await dimmer!.waitFor('ready', { timeout: 10_000 });
});

it('starts who is down before a spare that waits longer', async () => {
  const manager = manage({ startSlots: 1 });
  const covered = manager.add({ id: 'covered', module: fixture('echo.js'), policy: { standby: true } });
  // It is next in line, and so has the slot before the spare is wanted.
  const hog = await keepSlot(manager);
  await covered.waitFor('ready', { timeout: 10_000 });
  await vi.waitUntil(() => manager.status.spares[0]?.state === 'queued', { timeout: 10_000 });
  const lamp = manager.add({ id: 'lamp', module: fixture('echo.js') });
  await lamp.waitFor('queued');
  hog.disable();
  await lamp.waitFor('spawning', { timeout: 10_000 });
  expect(manager.status.spares).toMatchObject([{ state: 'queued' }]);
  await covered.waitFor(({ spare }) => spare !== null, { timeout: 10_000 });
});

type Saved = Readonly<Record<'config' | 'secrets', object>>;

/** A module that saves what the test says. */
function saving(program: string) {
  let port: SessionPort;
  const native = nativeProtocol();
  const open = (given: SessionPort) => native.open((port = given));
  return {
    module: nodeModule({ path: fixture(program), protocol: { name: 'saving', open } }),
    save: (saved: Partial<Saved>) => port.app.saveConfig?.(saved as never),
  };
}

it('keeps the config of the app when a change of the module crosses it', async () => {
  const { module, save } = saving('echo.js');
  const manager = manage();
  const rejected: string[] = [];
  manager.on('rejected', ({ order }) => rejected.push(order));
  const lamp = manager.add({ id: 'lamp', module, config: { host: 'old' } });
  await lamp.waitFor('ready', { timeout: 10_000 });
  lamp.update({ config: { host: 'new' } });
  save({ config: { host: 'old', learned: 1 } });
  expect(lamp.config).toEqual({ host: 'new' });
  expect(rejected).toEqual(['saveConfig']);
  // As soon as it has answered the order to take the new config over, what it saves is made of that.
  await vi.waitFor(() => {
    save({ config: { host: 'newer', learned: 1 } });
    expect(lamp.config).toEqual({ host: 'newer', learned: 1 });
  });
});

it('keeps what a module makes of a new config while it takes that over', async () => {
  const { module, save } = saving('asks-before-it-takes.js');
  const manager = manage();
  const rejected: string[] = [];
  manager.on('rejected', ({ order }) => rejected.push(order));
  const asked = new Promise<void>((resolve) => {
    // It is in the midst of it for ever.
    const mayTake = () => new Promise(() => resolve());
    const handlers = { mayTake };
    const config = { host: 'old', port: 1, gone: 1 };
    manager.add({ id: 'lamp', module, config, secrets: { key: 'old' }, handlers });
  });
  const lamp = manager.get('lamp');
  await lamp.waitFor('ready', { timeout: 10_000 });
  lamp.update({ config: { host: 'new', port: 1 }, secrets: { key: 'new' } });
  await asked;
  const completed = { host: 'new', port: 2, learned: 1 };
  for (const config of [{ port: 2 }, { host: 'old' }, [], 'new', null]) {
    save({ config: config as object });
    expect(lamp.config).toEqual({ host: 'new', port: 1 });
  }
  save({ config: completed, secrets: { key: 'old' } });
  expect(rejected).toHaveLength(6);
  save({ config: completed });
  save({ secrets: { key: 'old' } });
  save({ secrets: { key: 'new', token: 1 } });
  expect(lamp.config).toEqual(completed);
  expect(rejected).toHaveLength(7);
  // Nothing says that it knows what was left out, until it leaves it out too.
  lamp.update({ config: { host: 'new', port: 2 } });
  save({ config: completed });
  expect(lamp.config).toEqual({ host: 'new', port: 2 });
  lamp.update({ config: { host: 'newest' } });
  save({ config: { host: 'newest', port: 2 } });
  expect(lamp.config).toEqual({ host: 'newest', port: 2 });
  // What follows is made of that.
  save({ config: { host: 'found' } });
  expect(lamp.config).toEqual({ host: 'found' });
});

it('does not take silence for a refusal, and tries a full queue again when there is room', async () => {
  const native = nativeProtocol();
  const outcomes = ['QUEUE_FULL', 'CALL_TIMED_OUT'] as const;
  const tried: string[] = [];
  const open = (port: SessionPort) => {
    const session = native.open(port);
    const configure = session.configure.bind(session);
    session.configure = async (settings) => {
      const code = outcomes[tried.push((settings.config as { host: string }).host) - 1];
      if (code === 'QUEUE_FULL') throw new GreenroomError(code, 'there was no room');
      await configure(settings);
      if (code === undefined) return 'taken';
      throw new GreenroomError(code, 'it was too slow');
    };
    return session;
  };
  const module = nodeModule({ path: fixture('echo.js'), protocol: { name: 'slow', open } });
  const lamp = manage().add({ id: 'lamp', module });
  await lamp.waitFor('ready', { timeout: 10_000 });
  lamp.update({ config: { host: 'new' } });
  const { reason } = await lamp.waitFor((status) => status.reason !== null);
  expect(reason).toBe('has not confirmed its new config: it was too slow');
  expect(tried).toEqual(['new', 'new']);
  lamp.update({ config: { host: 'newer' } });
  expect(await lamp.call('settings')).toMatchObject({ config: { host: 'newer' } });
  expect(lamp.status.reason).toBeNull();
});

it.each(['taken', 'refused'])('hears no answer of a config that came before another (%s)', async (answer) => {
  const { module, save } = saving('asks-before-it-takes.js');
  const [first, second] = [deferred(), deferred()];
  const mayTake = async (config: unknown) => {
    if ((config as { host: string }).host === 'second') return second.resolve();
    await first.promise;
    if (answer === 'refused') throw new Error('no such host');
  };
  const lamp = manage().add({ id: 'lamp', module, config: { host: 'old' }, handlers: { mayTake } });
  await lamp.waitFor('ready', { timeout: 10_000 });
  lamp.update({ config: { host: 'first' } });
  lamp.update({ config: { host: 'second' } });
  await second.promise;
  // When it has answered twice, it has taken that over.
  for (const _ of [1, 2]) await lamp.call('same');
  first.resolve();
  for (const _ of [1, 2]) await lamp.call('same');
  expect(lamp.status.reason).toBeNull();
  save({ config: { host: 'found' } });
  expect(lamp.config).toEqual({ host: 'found' });
});

it('throws the refusal of an order at the one who gave it, and at nobody else', async () => {
  const manager = manage();
  const rejected: string[] = [];
  manager.on('rejected', ({ order }) => rejected.push(order));
  const lamp = manager.add({ id: 'lamp', module: fixture('echo.js') });
  await lamp.waitFor('ready', { timeout: 10_000 });
  manager.on('status', ({ status }) => {
    if (status.state === 'stopping') lamp.restart();
  });
  expect(() => lamp.disable()).not.toThrow();
  expect(rejected).toEqual(['restart']);
  expect(() => lamp.restart()).toThrow('refuses to restart');
});

it('can remove and stop a connection whose actor was stopped past it, and leaves no process', async () => {
  const manager = manage();
  const lamp = manager.add({ id: 'lamp', module: fixture('echo.js') });
  const { pid } = await lamp.waitFor('ready', { timeout: 10_000 });
  lamp.actor.stop();
  expect(lamp.status).toMatchObject({ state: 'failed', alive: false, pid: null, wanted: false });
  await lamp.remove();
  expect(manager.has('lamp')).toBe(false);
  await manager.stop();
  expect(() => process.kill(pid as number, 0)).toThrow('ESRCH');
});

it('turns the failure of an async listener into a problem', async () => {
  const manager = manage();
  const problem = new Promise((resolve) => manager.on('problem', resolve));
  // oxlint-disable-next-line typescript/no-misused-promises -- what apps do all the same
  manager.on('status', async () => {
    throw new Error('later');
  });
  manager.add({ id: 'lamp', module: fixture('echo.js') });
  expect(await problem).toEqual({ connection: 'lamp', error: new Error('later') });
});

it('tells a subscriber of a removed connection nothing of its namesake', async () => {
  const manager = manage();
  const lamp = manager.add({ id: 'lamp', module: fixture('echo.js'), enabled: false });
  const seen: string[] = [];
  lamp.subscribe(({ state }) => seen.push(state));
  const removed = lamp.remove();
  const namesake = manager.add({ id: 'lamp', module: fixture('echo.js') });
  await removed;
  await namesake.waitFor('ready', { timeout: 10_000 });
  expect(seen).toEqual(['removed']);
});

it('has every module that a connection had forget it when it is removed, and not before', async () => {
  const forgotten: string[] = [];
  const keeping = (name: string) => {
    const module = nodeModule(fixture('echo.js'));
    return { ...module, forget: (id: string) => void forgotten.push(`${name} forgets ${id}`) };
  };
  const [old, now] = [keeping('the old'), keeping('the new')];
  const lamp = manage().add({ id: 'lamp', module: old, enabled: false });
  lamp.update({ module: now });
  lamp.update({ module: old });
  lamp.update({ module: now });
  expect(forgotten).toEqual([]);
  await lamp.remove();
  expect(forgotten).toEqual(['the old forgets lamp', 'the new forgets lamp']);
});

it('lets frames be as long as the manager says, on both sides', async () => {
  const lamp = manage({ limits: { frameBytes: 2 ** 25, queueBytes: 2 ** 25 } }).add({
    id: 'lamp',
    module: fixture('echo.js'),
  });
  await lamp.waitFor('ready', { timeout: 10_000 });
  const long = 'x'.repeat(10 * 2 ** 20);
  expect(await lamp.call('same', long, { timeout: 20_000 })).toBe(long);
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
