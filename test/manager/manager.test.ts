import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createManager, type Manager, type ManagerOptions } from '../../src/index.ts';

const echo = join(import.meta.dirname, 'fixtures/echo.js');
const managers: Manager[] = [];

function manage(options?: ManagerOptions): Manager {
  const manager = createManager(options);
  managers.push(manager);
  return manager;
}

afterEach(() => Promise.all(managers.splice(0).map((manager) => manager.stop())));

describe('a manager', () => {
  it('refuses what it can not do, and says why', async () => {
    const manager = manage();
    manager.add({ id: 'lamp', module: echo, enabled: false });
    expect(() => manager.add({ id: 'lamp', module: echo })).toThrow('There is a connection "lamp" already');
    expect(() => manager.get('lump')).toThrow('There is no connection "lump"; there are: lamp.');
    expect(() => manager.add({ id: '', module: echo })).toThrow('The id of a connection must be a text');
    expect(() => manager.add({ id: 'x', module: 5 as never })).toThrow(
      'The module of connection "x" must be',
    );
    expect(() => createManager({ startSlots: 0 })).toThrow('startSlots must be a whole number of at least 1');
    await manager.stop();
    expect(() => manager.add({ id: 'late', module: echo })).toThrow('the manager was stopped');
  });

  it('can be disposed of, which leaves no process', async () => {
    let pid: number | null;
    {
      await using manager = createManager();
      const lamp = manager.add({ id: 'lamp', module: echo });
      ({ pid } = await lamp.waitFor('ready', { timeout: 10_000 }));
    }
    expect(() => process.kill(pid as number, 0)).toThrow('ESRCH');
  });

  it('stops at once when forced, though a stop is under way', async () => {
    const manager = manage({ policy: { deadlines: { ask: 600_000 } } });
    const deaf = manager.add({ id: 'deaf', module: join(import.meta.dirname, 'fixtures/deaf.js') });
    await deaf.waitFor('ready', { timeout: 10_000 });
    const stopped = manager.stop();
    await deaf.waitFor('stopping');
    await manager.stop({ force: true });
    await stopped;
    expect(deaf.status).toMatchObject({ state: 'removed', lastExit: { signal: 'SIGKILL', crash: false } });
    expect(manager.status).toMatchObject({ state: 'stopped', connections: [] });
  });

  it('lets no listener of the app hurt a connection', async () => {
    const manager = manage();
    const problems: unknown[] = [];
    manager.on('problem', ({ error }) => problems.push(error));
    manager.on('status', () => {
      throw new Error('a mistake of the app');
    });
    const lamp = manager.add({ id: 'lamp', module: echo });
    await lamp.waitFor('ready', { timeout: 10_000 });
    expect(problems).toContainEqual(new Error('a mistake of the app'));
  });
});

describe('a connection', () => {
  it('gives its module what it is to know, first with init and then when it changes', async () => {
    const lamp = manage().add({
      id: 'lamp',
      label: 'Lamp',
      module: echo,
      config: { a: 1 },
      secrets: { key: 'k' },
    });
    await lamp.waitFor('ready', { timeout: 10_000 });
    const first = { config: { a: 1 }, secrets: { key: 'k' }, label: 'Lamp', isFirstInit: false };
    expect(await lamp.call('settings')).toEqual(first);
    lamp.update({ config: { a: 2 }, label: 'Spot' });
    expect(await lamp.call('settings')).toMatchObject({ config: { a: 2 }, label: 'Spot' });
    expect(lamp).toMatchObject({ label: 'Spot', config: { a: 2 } });
  });

  it('restarts a module that has no configure, once', async () => {
    const manager = manage();
    const plain = manager.add({
      id: 'plain',
      module: join(import.meta.dirname, 'fixtures/plain.js'),
      config: 1,
    });
    await plain.waitFor('ready', { timeout: 10_000 });
    plain.update({ config: 2 });
    await plain.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2, {
      timeout: 10_000,
    });
    expect(await plain.call('config')).toBe(2);
    expect(plain.history).toMatchObject([{ cause: 'stopped', crash: false, code: 0 }]);
  });

  it('never shows its secrets', async () => {
    const manager = manage();
    const lamp = manager.add({ id: 'lamp', module: echo, secrets: { key: 'very-secret' } });
    await lamp.waitFor('ready', { timeout: 10_000 });
    const shown = JSON.stringify([manager.status, lamp.actor.getPersistedSnapshot(), lamp.history]);
    expect(shown).toContain('"lamp"');
    expect(shown).not.toContain('very-secret');
  });

  it('lets its module call the app, and tells it what there is when nothing answers', async () => {
    const manager = manage({
      handlers: { who: (payload, { connection }) => `${connection} said ${String(payload)}` },
    });
    const lamp = manager.add({ id: 'lamp', module: echo });
    await lamp.waitFor('ready', { timeout: 10_000 });
    expect(await lamp.call('ask', 'who')).toBe('lamp said payload');
    await expect(lamp.call('ask', 'toString')).rejects.toMatchObject({
      code: 'CALL_FAILED',
      message: expect.stringContaining('has no handler for the call "toString"'),
    });
  });

  it('passes notifications both ways', async () => {
    const manager = manage();
    const lamp = manager.add({ id: 'lamp', module: echo });
    await lamp.waitFor('ready', { timeout: 10_000 });
    const heard = new Promise((resolve) => manager.on('message', resolve));
    lamp.notify('log', 'hello');
    expect(await heard).toEqual({
      connection: 'lamp',
      incarnation: 1,
      name: '$log',
      payload: { level: 'info', message: 'hello' },
    });
  });

  it('refuses names, signals and overflows that are none, and goes on', async () => {
    const lamp = manage().add({ id: 'lamp', module: echo });
    await lamp.waitFor('ready', { timeout: 10_000 });
    const refused = { code: 'OPTION_INVALID' };
    for (const name of [undefined, 5]) await expect(lamp.call(name as never)).rejects.toMatchObject(refused);
    const controller = new AbortController();
    await expect(lamp.call('settings', 1, { signal: controller as never })).rejects.toMatchObject(refused);
    for (const overflow of [null, 'drop'])
      expect(() => lamp.notify('log', 'hello', { overflow: overflow as never })).toThrow(
        "The overflow of a notification must be 'reject', 'dropOldest' or { coalesce: a key }",
      );
    expect(() => lamp.notify(undefined as never)).toThrow('A name must be a text');
    await lamp.call('settings', 1, { signal: null as never });
  });

  it('rejects calls while it is not ready, and names its state', async () => {
    const lamp = manage().add({ id: 'lamp', module: echo, enabled: false });
    await expect(lamp.call('settings')).rejects.toMatchObject({
      code: 'CONNECTION_NOT_READY',
      message: expect.stringContaining('it is disabled'),
    });
    expect(() => lamp.notify('log')).toThrow('it is disabled');
    expect(() => lamp.restart()).toThrow(
      'Connection "lamp" refuses to restart: it is disabled: enable it first.',
    );
  });

  it('is misconfigured while its module can not be found, and starts when told of another', async () => {
    const lamp = manage().add({ id: 'lamp', module: 'nowhere.js' });
    const { reason } = await lamp.waitFor('misconfigured', { timeout: 10_000 });
    expect(reason).toContain('there is no file');
    lamp.update({ module: echo });
    await lamp.waitFor('ready', { timeout: 10_000 });
  });

  it('can be removed and added again', async () => {
    const manager = manage();
    const lamp = manager.add({ id: 'lamp', module: echo });
    await lamp.waitFor('ready', { timeout: 10_000 });
    await lamp.remove();
    expect(manager.has('lamp')).toBe(false);
    expect(() => lamp.enable()).toThrow('Connection "lamp" was removed');
    await manager.add({ id: 'lamp', module: echo }).waitFor('ready', { timeout: 10_000 });
  });
});

describe('options', () => {
  it.each([
    [{ limits: { frameBytes: 0 } }, 'limits.frameBytes must be a number of at least 1, but is 0.'],
    [{ limits: { frames: 1 } }, 'limits.frames must be one of frameBytes,'],
    [
      { allowEnvironment: 'DISPLAY' },
      "allowEnvironment must be a list of names of variables, but is 'DISPLAY'.",
    ],
  ])('of a manager are checked: %j', (options, message) => {
    expect(() => createManager(options as ManagerOptions)).toThrow(message);
  });

  it('take what is undefined for the default', async () => {
    const lamp = manage({ limits: { frameBytes: undefined } }).add({ id: 'lamp', module: echo });
    await lamp.waitFor('ready', { timeout: 10_000 });
  });

  it('refuse a config that is not JSON, before anything is started or changed', () => {
    const manager = manage();
    const message = 'The config of connection "lamp" can\'t be sent to its module, because it is not JSON';
    expect(() => manager.add({ id: 'lamp', module: echo, config: { big: 1n } })).toThrow(message);
    const lamp = manager.add({ id: 'lamp', module: echo, config: { fine: 1 }, enabled: false });
    expect(() => lamp.update({ config: () => 1 })).toThrow(message);
    expect(lamp.config).toEqual({ fine: 1 });
  });
});

describe('waiting for a status', () => {
  it('waits for ever when asked to, and ends with the error of its question', async () => {
    const lamp = manage().add({ id: 'lamp', module: echo });
    await lamp.waitFor('ready', { timeout: Infinity });
    const asked = lamp.waitFor(({ state }) => {
      if (state === 'ready') return false;
      throw new Error('a mistake of the app');
    });
    lamp.disable();
    await expect(asked).rejects.toThrow('a mistake of the app');
  });

  it('ends with the status as it is when the time is over', async () => {
    const lamp = manage().add({ id: 'lamp', module: 'nowhere.js' });
    await lamp.waitFor('misconfigured', { timeout: 10_000 });
    await expect(lamp.waitFor('ready', { timeout: 1 })).rejects.toMatchObject({
      code: 'WAIT_FAILED',
      message: expect.stringMatching(
        /^Connection "lamp" did not become ready: 1 ms are over, and it is misconfigured/,
      ),
    });
  });

  it('is refused with a signal that is none, and takes null for none', async () => {
    const lamp = manage().add({ id: 'lamp', module: echo, enabled: false });
    const subscribe = vi.spyOn(lamp, 'subscribe');
    const controller = new AbortController();
    await expect(lamp.waitFor('ready', { signal: controller as never })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('must be an AbortSignal'),
    });
    expect(subscribe).not.toHaveBeenCalled();
    await lamp.waitFor('disabled', { signal: null as never });
  });

  it('ends when it is cancelled, and when the connection is removed', async () => {
    const lamp = manage().add({ id: 'lamp', module: echo, enabled: false });
    await expect(lamp.waitFor('ready', { signal: AbortSignal.abort('no more') })).rejects.toMatchObject({
      code: 'WAIT_FAILED',
      cause: 'no more',
    });
    const waiting = lamp.waitFor('ready');
    await Promise.all([lamp.remove(), expect(waiting).rejects.toThrow('it was removed')]);
  });
});
