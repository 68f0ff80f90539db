import { describe, expect, it, vi } from 'vitest';
import { watchCompanion } from '../../src/companion/index.ts';
import type { CompanionManager, ManagerNews } from '../../src/companion/host/watchable.ts';
import { handClock } from './hand-clock.ts';

describe('A view of a Companion module', () => {
  it('tells a first change in the same turn, and those that follow together, the newest only', async () => {
    const { view, say, advance } = watched();
    const told: unknown[] = [];
    view.on('values', (changed) => told.push(Object.fromEntries(changed)));
    say('setVariableValues', { newValues: [{ id: 'a', value: 1 }] });
    await turn();
    for (let value = 2; value <= 1000; value++) say('setVariableValues', { newValues: [{ id: 'a', value }] });
    say('setVariableValues', { newValues: [{ id: 'b', value: 'x' }] });
    await turn();
    expect(told).toEqual([{ a: 1 }]);
    advance(25);
    expect(told).toEqual([{ a: 1 }, { a: 1000, b: 'x' }]);
    expect(Object.fromEntries(view.values)).toEqual({ a: 1000, b: 'x' });
  });

  it('tells nothing when nothing is otherwise', async () => {
    const { view, say, advance } = watched();
    const told: unknown[] = [];
    view.on('values', (changed) => told.push(changed));
    say('setVariableValues', { newValues: [{ id: 'a', value: [1] }] });
    advance(25);
    await turn();
    say('setVariableValues', { newValues: [{ id: 'a', value: [1] }] });
    advance(25);
    await turn();
    expect(told).toHaveLength(1);
  });

  it('has no values and no status of a process that is gone, and its definitions until the next one has its own', async () => {
    const { view, say, exit } = watched();
    say('setActionDefinitions', { actions: [{ id: 'on' }] });
    say('setVariableDefinitions', { variables: [{ id: 'a' }], newValues: [{ id: 'a', value: 1 }] });
    say('companion.initialised', { newUpgradeIndex: 0 });
    say('set-status', { status: 'ok', message: null });
    say('updateFeedbackValues', { values: [{ id: 'f', value: true }] });
    expect(view.values.get('a')).toBe(1);
    exit();
    expect([view.values.size, view.feedbackValues.size, view.status, view.initialised]).toEqual([
      0,
      0,
      null,
      null,
    ]);
    expect([...view.actions.keys()]).toEqual(['on']);
    say('setVariableDefinitions', { variables: [{ id: 'b' }] });
    say('companion.initialised', { newUpgradeIndex: 0 });
    expect([...view.actions.keys()]).toEqual([]);
    expect([...view.variables.keys()]).toEqual(['b']);
  });

  it('forgets the value of a variable that is not defined any more', async () => {
    const { view, say } = watched();
    say('setVariableDefinitions', { variables: [{ id: 'a' }, { id: 'b' }] });
    say('setVariableValues', {
      newValues: [
        { id: 'a', value: 1 },
        { id: 'b', value: 2 },
        { id: 'free', value: 3 },
      ],
    });
    say('setVariableDefinitions', { variables: [{ id: 'b' }] });
    expect(Object.fromEntries(view.values)).toEqual({ b: 2, free: 3 });
  });

  it('tells log lines at once, and hears of no other connection', async () => {
    const { view, say } = watched();
    const lines: unknown[] = [];
    view.on('log', (line) => lines.push(line));
    say('log-message', { level: 'error', message: 'a' });
    say('log-message', { level: 'error', message: 'b' }, 'other');
    say('set-status', { status: 'ok' }, 'other');
    expect(lines).toEqual([{ level: 'error', message: 'a', source: null }]);
    expect(view.status).toBeNull();
  });

  it('keeps so many values and no more, and says so', async () => {
    const { view, say } = watched();
    const lines: unknown[] = [];
    view.on('log', (line) => lines.push(line));
    const many = (from: number) =>
      Array.from({ length: 30_000 }, (_, at) => ({ id: `v${from + at}`, value: 1 }));
    say('setVariableValues', { newValues: many(0) });
    say('setVariableValues', { newValues: many(30_000) });
    say('setVariableValues', { newValues: [{ id: 'v0', value: 2 }] });
    expect([view.values.size, view.values.get('v0')]).toEqual([50_000, 2]);
    expect(lines).toEqual([
      { level: 'warn', message: expect.stringContaining('10000 values were dropped'), source: 'greenroom' },
    ]);
  });

  it('keeps so many bytes and no more, and nothing old in place of what did not fit', async () => {
    const { view, say } = watched();
    const lines: unknown[] = [];
    view.on('log', (line) => lines.push(line));
    const set = (id: string, value: unknown): void =>
      say('setVariableValues', { newValues: [{ id, value }] });
    const mebibytes = (count: number): string => 'x'.repeat(count * 2 ** 20);
    set('a', mebibytes(30));
    set('b', { deep: [mebibytes(30)] });
    set('c', mebibytes(5));
    expect([...view.values.keys()]).toEqual(['a', 'b']);
    set('a', mebibytes(40));
    expect([...view.values.keys()]).toEqual(['b']);
    set('c', mebibytes(30));
    set('b', 1);
    set('a', new Uint8Array(30 * 2 ** 20));
    expect([...view.values.keys()].toSorted()).toEqual(['a', 'b', 'c']);
    let endless: unknown = 'end';
    for (let depth = 0; depth < 100_000; depth++) endless = [endless];
    set('d', endless);
    expect(view.values.has('d')).toBe(false);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatchObject({ level: 'warn', message: expect.stringContaining('64 MiB') });
  });

  it('goes on when a listener throws, and stops when it is disposed', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { view, say, listeners } = watched();
    const told: unknown[] = [];
    view.on('status', () => {
      throw new Error('mine');
    });
    view.on('status', (status) => told.push(status));
    say('set-status', { status: 'ok' });
    await turn();
    expect(told).toHaveLength(1);
    expect(String(warn.mock.calls[0]?.[0])).toContain('mine');
    warn.mockRestore();
    view[Symbol.dispose]();
    expect(listeners()).toBe(0);
  });
});

function watched() {
  const listeners = new Map<string, Set<(event: never) => void>>();
  const emit = (name: string, event: unknown): void => {
    for (const listener of listeners.get(name) ?? []) (listener as (event: unknown) => void)(event);
  };
  const manager: Pick<CompanionManager, 'on'> = {
    on<N extends keyof ManagerNews>(name: N, listener: (event: ManagerNews[N]) => void) {
      const those = listeners.get(name) ?? new Set();
      listeners.set(name, those.add(listener));
      return () => void those.delete(listener);
    },
  };
  const time = handClock();
  return {
    view: watchCompanion(manager, 'lamp', { clock: time.clock }),
    say: (name: string, payload: unknown, connection = 'lamp') =>
      emit('message', { connection, incarnation: 1, name, payload }),
    exit: () => emit('exit', { connection: 'lamp', exit: { incarnation: 1 } }),
    advance: time.advance,
    listeners: () => [...listeners.values()].reduce((sum, { size }) => sum + size, 0),
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
