import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Diagnostic, Diagnostics, TracedCall } from '../../src/index.ts';
import { Emitter } from '../../src/manager/events.ts';
import {
  createTestManager,
  exits,
  initialises,
  life,
  registers,
  says,
  sends,
  type Lives,
} from '../../src/testing/index.ts';
import { uncaughtErrors } from '../ipc/uncaught-errors.ts';

const root = join(import.meta.dirname, '../..');
const start = [registers({ after: 20 }), initialises()];

function managed(modules: Readonly<Record<string, Lives>>) {
  const manager = createTestManager({ modules });
  onTestFinished(() => manager[Symbol.asyncDispose]());
  return manager;
}

/** Everything a channel tells until the test is over. */
function heard<T>(name: string): T[] {
  const messages: T[] = [];
  const listener = (message: unknown): void => void messages.push(message as T);
  subscribe(name, listener);
  onTestFinished(() => void unsubscribe(name, listener));
  return messages;
}

function diagnostics<N extends keyof Diagnostics>(name: N): Diagnostic<N>[] {
  return heard(`greenroom:${name}`);
}

describe('docs/diagnostics.md', () => {
  const page = readFileSync(join(root, 'docs/diagnostics.md'), 'utf8');
  const rows = Array.from(
    page.matchAll(/^\| `(greenroom:\w+)` \|([^|]*)\|/gm),
    ([, name = '', fields = '']) => ({
      name,
      fields: Array.from(fields.matchAll(/`(\w+)`/g), ([, field]) => String(field)),
    }),
  );

  it('has every channel that the sources name, and no other', () => {
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, 'src', file), 'utf8'));
    const named = sources.flatMap((text) =>
      Array.from(text.matchAll(/\bchannel\('(greenroom:\w+)'\)/g), ([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(named));
    expect(rows).toHaveLength(named.length);
    for (const step of ['start', 'end', 'error', 'asyncStart', 'asyncEnd'])
      expect(page).toContain(`tracing:greenroom:call:${step}`);
  });

  it('says what each message has', async () => {
    const manager = managed({
      lamp: life([...start, says('hello'), sends('what?'), exits(3, { after: 100 })]),
    });
    const told = rows.map(({ name, fields }) => ({ name, fields, messages: heard<object>(name) }));
    const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
    const endless = new Error('a listener of the app');
    const stop = manager.on('discarded', () => {
      throw endless;
    });
    process.once('warning', () => {});
    await manager.advance(500);
    stop();
    lamp.disable();
    expect(() => lamp.restart()).toThrow('disabled');
    // What only real processes do.
    const emitter = new Emitter(manager);
    const about = { connection: 'lamp', incarnation: 1 };
    emitter.emit('outputDropped', { ...about, lines: 3, bytes: 30 });
    emitter.emit('overBudget', { ...about, budget: 'memory', used: 2, limit: 1, putDown: true });
    for (const { name, fields, messages } of told) {
      const [message = {}] = messages;
      expect({ name, fields: Object.keys(message).toSorted() }).toEqual({
        name,
        fields: ['connection', 'manager', ...fields].toSorted(),
      });
    }
  });
});

describe('a channel', () => {
  it('has nothing of what modules tell the app, nor of the configs they save', () => {
    const names = ['message', 'configSaved'].map((name) => `greenroom:${name}`);
    const told = names.map((name) => heard(name));
    const emitter = new Emitter(managed({}));
    emitter.emit('message', { connection: 'lamp', incarnation: 1, name: 'temperature', payload: 20 });
    emitter.emit('configSaved', { connection: 'lamp', config: {}, secrets: { pin: 1 } });
    expect(told).toEqual([[], []]);
  });

  it('tells of the processes of a connection, why they ended and when the next one starts', async () => {
    const manager = managed({ lamp: life([...start, exits(3, { after: 1000 })]) });
    const spawns = diagnostics('spawn');
    const ends = diagnostics('exit');
    const restarts = diagnostics('restart');
    manager.add({ id: 'lamp', module: 'lamp.js', policy: { backoff: { initial: 500, jitter: 0 } } });
    await manager.advance(1020 + 1020 + 499);
    expect(spawns.map(({ incarnation, pid }) => [incarnation, typeof pid])).toEqual([
      [1, 'number'],
      [2, 'number'],
    ]);
    expect(ends.map(({ exit }) => exit.cause)).toEqual(['exit-code', 'exit-code']);
    const waits = restarts.map(({ dueAt }, index) => dueAt - (ends[index]?.exit.at ?? 0));
    expect(waits).toEqual([0, 500]);
    expect(restarts[1]).toMatchObject({
      manager,
      connection: 'lamp',
      incarnation: 2,
      attempt: 2,
      cause: 'exit-code',
    });
    await manager.advance(1);
    expect(spawns).toHaveLength(3);
    manager.get('lamp').disable();
    await manager.until(manager.get('lamp').waitFor('disabled'));
    expect(restarts).toHaveLength(2);
  });

  it('tells what came to no process as a restart without a cause', async () => {
    const manager = managed({ lamp: life([], { preparation: 'never' }) });
    const restarts = diagnostics('restart');
    manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.advance(10_000);
    expect(restarts).toMatchObject([
      { incarnation: 0, cause: null, reason: 'module not found within 10000 ms' },
    ]);
  });

  it('is left alone while nobody subscribes, and tells what the app is told, before it is', async () => {
    expect(channel('greenroom:status').hasSubscribers).toBe(false);
    const manager = managed({ lamp: life(start) });
    const statuses = diagnostics('status');
    const behind: number[] = [];
    manager.on('status', () => behind.push(statuses.length));
    manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.advance(20);
    expect(statuses.at(-1)?.status.state).toBe('ready');
    expect(behind).toEqual(statuses.map((_, index) => index + 1));
  });

  it('whose subscriber throws takes nothing from the connection: Node throws it again afterwards', async () => {
    const manager = managed({ lamp: life(start, { calls: { brightness: () => 40 } }) });
    const names = ['greenroom:status', 'greenroom:spawn', 'tracing:greenroom:call:start'];
    const fail = (_: unknown, name: string | symbol): never => {
      throw new Error(`a subscriber of ${String(name)}`);
    };
    for (const name of names) subscribe(name, fail);
    onTestFinished(() => {
      for (const name of names) unsubscribe(name, fail);
    });
    const others = diagnostics('status');
    const caught = uncaughtErrors();
    const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.advance(20);
    const answer = await manager.until(lamp.call('brightness'));
    const errors = caught.stop().map(String);
    expect({ state: lamp.status.state, answer }).toEqual({ state: 'ready', answer: 40 });
    expect(others.length).toBeGreaterThan(4);
    for (const name of names) expect(errors).toContain(`Error: a subscriber of ${name}`);
  });
});

describe('a traced call', () => {
  const module = life(
    [...start, sends({ type: 'call', id: 1, name: 'ask', meta: { from: 'module', no: 1 } })],
    {
      calls: { echo: (_, { meta }) => ({ ...meta }) },
    },
  );

  it('takes along what a subscriber adds to what the caller gave, in both directions', async () => {
    const add = (call: unknown): void => {
      const { direction, meta } = call as TracedCall;
      if (direction === 'out') meta['added'] = 'by a subscriber';
    };
    subscribe('tracing:greenroom:call:start', add);
    onTestFinished(() => void unsubscribe('tracing:greenroom:call:start', add));
    const settled = heard<TracedCall>('tracing:greenroom:call:asyncEnd');
    const seen: unknown[] = [];
    const manager = managed({ lamp: module });
    const handlers = { ask: (_: unknown, { meta }: { meta: unknown }) => seen.push(meta) };
    const lamp = manager.add({ id: 'lamp', module: 'lamp.js', handlers });
    await manager.advance(20);
    const given = { given: 'by the app' };
    const arrived = await manager.until(lamp.call('echo', null, { meta: given }));
    expect(arrived).toEqual({ ...given, added: 'by a subscriber' });
    expect(given).toEqual({ given: 'by the app' });
    expect(seen).toEqual([{ from: 'module' }]);
    expect(settled.map(({ direction, meta }) => [direction, meta])).toEqual([
      ['in', { from: 'module' }],
      ['out', arrived],
    ]);
  });

  it('takes along what the caller gave while nobody subscribes', async () => {
    const manager = managed({ lamp: module });
    const lamp = manager.add({ id: 'lamp', module: 'lamp.js', handlers: { ask: () => null } });
    await manager.advance(20);
    expect(await manager.until(lamp.call('echo', null, { meta: { given: 'text' } }))).toEqual({
      given: 'text',
    });
    expect(await manager.until(lamp.call('echo'))).toEqual({});
  });
});
