import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { GreenroomError } from '../../src/errors.ts';
import { type CallRequest, createCalls } from '../../src/ipc/calls.ts';
import { HandClock } from './hand-clock.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function setUp(options: { highestId?: number } = {}) {
  const clock = new HandClock();
  const calls = createCalls({ clock, ...options });
  const sent: number[] = [];
  const cancelled: number[] = [];
  const begin = (request: Partial<CallRequest> = {}): Promise<unknown> =>
    calls.begin({
      name: 'look',
      timeout: 5000,
      send: (id) => sent.push(id),
      cancel: (id) => cancelled.push(id),
      ...request,
    });
  return { clock, calls, sent, cancelled, begin };
}

describe('a call', () => {
  test('is sent in the tick it is begun, and resolves with its own answer', async () => {
    const { calls, sent, begin } = setUp();
    const [first, second] = [begin(), begin()];
    expect(sent).toEqual([1, 2]);
    expect(calls.size).toBe(2);
    expect(calls.resolve(2, 'b')).toBe(true);
    expect(calls.resolve(1, 'a')).toBe(true);
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
    expect(calls.size).toBe(0);
  });

  test('leaves no timer behind when all are rejected', async () => {
    const { calls, clock, begin } = setUp();
    const call = begin();
    calls.rejectAll(new Error('gone'));
    expect(clock.pending).toBe(0);
    await expect(call).rejects.toThrow('gone');
  });

  test('can be answered while it is being sent', async () => {
    const { calls, clock, begin } = setUp();
    expect(await begin({ send: (id) => calls.resolve(id, 'at once') })).toBe('at once');
    clock.turn(5000);
    expect(clock.pending).toBe(0);
  });

  test('keeps nothing of its answer once that is given', async () => {
    const { calls, begin } = setUp();
    const answer = async (): Promise<WeakRef<object>> => {
      const call = begin();
      calls.resolve(1, { big: 'answer' });
      return new WeakRef((await call) as object);
    };
    const weak = await answer();
    await nextTurn();
    collectGarbage();
    expect(weak.deref()).toBeUndefined();
  });

  test('settles once: every later answer is turned away', async () => {
    const { calls, begin } = setUp();
    const call = begin();
    calls.resolve(1, 'first');
    expect(calls.resolve(1, 'second')).toBe(false);
    expect(calls.reject(1, new Error('third'))).toBe(false);
    expect(calls.resolve(99, 'nobody asked')).toBe(false);
    expect(await call).toBe('first');
  });

  test('rejects with what the answer rejects it with', async () => {
    const { calls, begin } = setUp();
    const error = new Error('no');
    const call = begin();
    expect(calls.reject(1, error)).toBe(true);
    await expect(call).rejects.toBe(error);
  });

  test('rejects with what sending throws, and leaves nothing behind', async () => {
    const { calls, clock, begin } = setUp();
    const error = new GreenroomError('QUEUE_FULL', 'full');
    const send = (): void => {
      throw error;
    };
    await expect(begin({ send })).rejects.toBe(error);
    expect(calls.size).toBe(0);
    clock.turn(5000);
    expect(clock.pending).toBe(0);
  });
});

describe('a deadline', () => {
  test('rejects the call, names it and the time, and tells the other side', async () => {
    const { calls, clock, cancelled, begin } = setUp();
    const call = begin({ name: 'slow', timeout: 200 });
    clock.turn(199);
    expect(calls.size).toBe(1);
    clock.turn(1);
    expect([calls.size, cancelled]).toEqual([0, [1]]);
    await expect(call).rejects.toMatchObject({
      code: 'CALL_TIMED_OUT',
      message: 'Call "slow" was not answered within 200 ms.',
    });
    expect(calls.resolve(1, 'late')).toBe(false);
  });

  test('shows the caller in the stack of its error', async () => {
    const { clock, begin } = setUp();
    const whoAsked = async (): Promise<unknown> => await begin({ timeout: 1 });
    const call = whoAsked();
    clock.turn(1);
    await expect(call).rejects.toMatchObject({ stack: expect.stringContaining('whoAsked') });
  });

  test.each([0, Infinity])('of %d never comes', async (timeout) => {
    const { calls, clock, begin } = setUp();
    const call = begin({ timeout });
    expect(clock.pending).toBe(0);
    clock.turn(1e12);
    calls.resolve(1, 'at last');
    expect(await call).toBe('at last');
  });

  test('beyond what Node can wait for does not come at once', () => {
    const { clock, calls, begin } = setUp();
    void begin({ timeout: 1e11 });
    clock.turn(1e9);
    expect(calls.size).toBe(1);
  });

  test.each([-1, Number.NaN])('of %d is refused', async (timeout) => {
    const { sent, begin } = setUp();
    await expect(begin({ timeout })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    expect(sent).toEqual([]);
  });
});

describe('a signal', () => {
  test('cancels the call here and there, with its reason as the cause', async () => {
    const { calls, cancelled, begin } = setUp();
    const controller = new AbortController();
    const call = begin({ signal: controller.signal });
    controller.abort('changed my mind');
    expect([calls.size, cancelled]).toEqual([0, [1]]);
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED', cause: 'changed my mind' });
  });

  test('that fired before keeps the call from being sent', async () => {
    const { sent, cancelled, begin } = setUp();
    await expect(begin({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
    expect([sent, cancelled]).toEqual([[], []]);
  });

  test('of null is none', async () => {
    const { calls, begin } = setUp();
    const call = begin({ signal: null as never });
    calls.resolve(1, 'done');
    expect(await call).toBe('done');
  });

  test.each([new AbortController(), 'stop', {}])('that is none is refused unsent: %o', async (signal) => {
    const { calls, clock, sent, begin } = setUp();
    await expect(begin({ signal: signal as never })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('Call "look": the signal must be an AbortSignal'),
    });
    expect([calls.size, clock.pending, sent]).toEqual([0, 0, []]);
  });

  test('of another library does as well as Node’s own', async () => {
    const { calls, begin } = setUp();
    const onAbort: (() => void)[] = [];
    const addEventListener = (_: string, listener: () => void) => onAbort.push(listener);
    const signal = { aborted: false, reason: 'enough', addEventListener, removeEventListener: () => {} };
    const call = begin({ signal: signal as never });
    onAbort[0]?.();
    expect(calls.size).toBe(0);
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED', cause: 'enough' });
  });

  test('that fires after the answer does nothing', async () => {
    const { calls, cancelled, begin } = setUp();
    const controller = new AbortController();
    const call = begin({ signal: controller.signal });
    calls.resolve(1, 'done');
    controller.abort();
    expect(await call).toBe('done');
    expect(cancelled).toEqual([]);
  });

  test('cancels even when the other side cannot be told', async () => {
    const { begin } = setUp();
    const controller = new AbortController();
    const cancel = (): void => {
      throw new GreenroomError('CHANNEL_CLOSED', 'closed');
    };
    const call = begin({ signal: controller.signal, cancel });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'CALL_CANCELLED' });
  });

  test('shared by a thousand calls has no listener left when they are over, and no warning is printed', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): unknown => warnings.push(warning);
    process.on('warning', onWarning);
    const { calls, clock, begin } = setUp();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const all = Array.from({ length: 1000 }, () => begin({ signal }));
    for (let id = 1; id <= 1000; id += 1) calls.resolve(id, id);
    await Promise.all(all);
    await nextTurn();
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    expect(added).toHaveBeenCalledTimes(1000);
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
    clock.turn(5000);
    expect(clock.pending).toBe(0);
  });
});

describe('the end of all calls', () => {
  test('rejects those that wait in the same tick, and later ones unsent', async () => {
    const { calls, clock, sent, begin } = setUp();
    const lost = new GreenroomError('CONNECTION_LOST', 'lost');
    const waiting = [begin(), begin()];
    calls.rejectAll(lost);
    expect([calls.size, clock.pending]).toEqual([0, 0]);
    calls.rejectAll(new Error('another'));
    for (const call of [...waiting, begin()]) await expect(call).rejects.toBe(lost);
    expect(sent).toEqual([1, 2]);
  });

  test('is known to the callers before the event loop turns', async () => {
    const { calls, begin } = setUp();
    const heard: string[] = [];
    begin().catch(() => heard.push('call'));
    setImmediate(() => heard.push('turn'));
    calls.rejectAll(new Error('lost'));
    await vi.waitFor(() => expect(heard).toContain('turn'));
    expect(heard).toEqual(['call', 'turn']);
  });
});

describe('ids', () => {
  test('begin again after the highest, and pass over those in use', async () => {
    const { calls, sent, begin } = setUp({ highestId: 4 });
    const all = [begin(), begin(), begin(), begin()];
    calls.resolve(2, '');
    calls.resolve(4, '');
    all.push(begin(), begin());
    expect(sent).toEqual([1, 2, 3, 4, 2, 4]);
    await expect(begin()).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    for (const id of [1, 2, 3, 4]) calls.resolve(id, '');
    await Promise.all(all);
  });
});
