import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { commandModule } from '../../src/native/index.ts';
import { type HostOptions, hostModule, readyModule } from './host-side.ts';

const hasPython =
  spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0;
const examples = path.resolve('examples/python');
const patient = { timeout: 15_000, interval: 5 };

function python(program: string, channel: 'lines' | 'stdio' = 'lines') {
  return commandModule({
    command: 'python3',
    args: [program],
    cwd: examples,
    channel,
    env: { PYTHONPATH: examples, PYTHONDONTWRITEBYTECODE: '1' },
  });
}

describe.skipIf(!hasPython)('the Python thermometer', () => {
  describe.each(['lines', 'stdio'] as const)('over %s', (channel) => {
    test('registers, reports, answers, is reconfigured and stops', async () => {
      const config = { name: 'hall', unit: 'F' };
      const { session, news, notification, refused, exit } = await readyModule(
        python('thermometer.py', channel),
        { config },
      );
      expect(news[0]).toMatchObject({
        detail: expect.stringContaining('thermometer 1.0.0 (greenroom_module.py)'),
      });
      expect(await notification('$status')).toEqual({ level: 'ok', message: 'hall measures in F' });
      await expect(session.call('read', null, {})).resolves.toMatchObject({ name: 'hall', unit: 'F' });
      expect(await notification('temperature')).toMatchObject({
        name: 'hall',
        unit: 'F',
        value: expect.any(Number),
      });
      await session.ping();
      await session.configure({ label: 'L', config: { unit: 'C' }, secrets: null, isFirstInit: false });
      await expect(session.call('read', null, {})).resolves.toMatchObject({ unit: 'C' });
      session.askToStop();
      await expect(exit).resolves.toEqual({ code: 0, signal: null });
      expect(news.at(-1)).toEqual({ type: 'module.unregistered' });
      expect(refused).toEqual([]);
    });

    test('leaves when the host is gone', async () => {
      const { channel: wire, exit } = await readyModule(python('thermometer.py', channel));
      wire.close();
      await expect(exit).resolves.toEqual({ code: 0, signal: null });
    });
  });

  test('says that a wrong unit is a matter of its config', async () => {
    const host = await hostModule(python('thermometer.py'));
    await host.reported('module.registered');
    host.session.initialise({ label: 'L', config: { unit: 'K' }, secrets: null, isFirstInit: true });
    expect(await host.reported('module.initFailed')).toMatchObject({
      message: expect.stringContaining("'K'"),
      misconfigured: true,
    });
  });

  test('answers an unknown call with what it has', async () => {
    const { session } = await readyModule(python('thermometer.py'));
    await expect(session.call('__init__', null, {})).rejects.toMatchObject({
      message: expect.stringContaining('read'),
      data: { remoteCode: 'HANDLER_MISSING' },
    });
  });

  test.each([
    ['no version in common', 78, { versions: [7] }],
    ['a wrong token', 77, { token: 'guess' }],
  ])('says why it is refused for %s, and leaves with %i', async (_, code, change) => {
    const { exit, output } = await hostModule(python('thermometer.py'), {
      refuse: 'no entry',
      alter: (frame) => ({ ...(frame as object), ...change }),
    });
    await expect(exit).resolves.toEqual({ code, signal: null });
    await vi.waitFor(() => expect(output).toEqual(['The host refused this module: no entry']), patient);
  });

  test('started by hand says how to run it', () => {
    const { status, stderr } = spawnSync('python3', ['thermometer.py'], { cwd: examples, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('greenroom run');
  });
});

describe.skipIf(!hasPython)('a Python module', () => {
  const start = (options?: HostOptions) =>
    readyModule(python(path.join(import.meta.dirname, 'fixtures', 'every-call.py')), {}, options);

  test('answers pings and other calls while a call runs, and ends it when it is cancelled', async () => {
    const { session, notification } = await start();
    const controller = new AbortController();
    const call = session.call('wait', null, { signal: controller.signal, timeout: 0 });
    await notification('waiting');
    await session.ping();
    await expect(session.call('echo', { deep: [1, 'ü', null] }, {})).resolves.toEqual({
      deep: [1, 'ü', null],
    });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    await notification('cancelled');
  });

  test('calls the app and gets its answer, its error, or a timeout that cancels the call', async () => {
    let given: AbortSignal | undefined;
    const { session } = await start({
      call(name, payload, { signal }) {
        if (name === 'add') return Promise.resolve((payload as number[]).reduce((sum, one) => sum + one, 0));
        if (name === 'fail') return Promise.reject(new Error('not today'));
        given = signal;
        return new Promise(() => {});
      },
    });
    await expect(session.call('ask', ['add', [1, 2, 3]], {})).resolves.toBe(6);
    await expect(session.call('ask', ['fail', null], {})).rejects.toMatchObject({
      data: { remoteName: 'CallFailed', remoteMessage: 'not today' },
    });
    await expect(session.call('ask', ['hang', null], {})).rejects.toMatchObject({
      data: { remoteName: 'TimeoutError' },
    });
    await vi.waitFor(() => expect(given?.aborted).toBe(true), patient);
  });

  test('sends its log, and asks for more time', async () => {
    const { news, notified } = await start();
    expect(notified).toContainEqual(['$log', { level: 'info', message: 'starting' }]);
    expect(news).toContainEqual({ type: 'module.extended', by: 2500 });
  });

  test('an answer that is no JSON is an error, and so is whatever a handler raises', async () => {
    const { session } = await start();
    await expect(session.call('unpresentable', null, {})).rejects.toMatchObject({
      data: { remoteName: 'TypeError' },
    });
    await expect(session.call('divide', 0, {})).rejects.toMatchObject({
      data: { remoteName: 'ZeroDivisionError', remoteStack: expect.stringContaining('every-call.py') },
    });
  });

  test('an error in a thread nobody watches ends the process with 1', async () => {
    const { session, exit, output } = await start();
    await session.call('fall', null, {}).catch(() => null);
    await expect(exit).resolves.toEqual({ code: 1, signal: null });
    await vi.waitFor(() => expect(output.join('\n')).toContain('fell in a thread'), patient);
  });
});
