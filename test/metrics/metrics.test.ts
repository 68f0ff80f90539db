import { channel } from 'node:diagnostics_channel';
import { Counter, Registry } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMetrics, type MetricsOptions } from '../../src/metrics/index.ts';
import {
  calls,
  createTestManager,
  exits,
  initialises,
  life,
  registers,
  sends,
  type Lives,
  type TestManager,
} from '../../src/testing/index.ts';
import { ask, serve } from '../http/kit.ts';
import { samplesIn } from './exposition.ts';

const starts = [registers({ after: 20 }), initialises({ after: 30 })];
const steady = life(starts, {
  calls: {
    brightness: () => 40,
    never: () => new Promise(() => {}),
    fails: () => {
      throw new Error('no');
    },
  },
});

/** What metrics watch without the manager. */
const watchers = [
  'greenroom:spawn',
  'greenroom:restart',
  'greenroom:problem',
  'tracing:greenroom:call:start',
];

function watched(modules: Readonly<Record<string, Lives>>, options?: MetricsOptions) {
  const manager = createTestManager({ modules, startSlots: 1 });
  onTestFinished(() => manager[Symbol.asyncDispose]());
  const metrics = createMetrics(manager, options);
  onTestFinished(() => metrics.detach());
  const samples = async () => samplesIn(await metrics.text());
  return { manager, metrics, samples };
}

function added(manager: TestManager, ...ids: string[]): void {
  for (const id of ids) manager.add({ id, module: `${id}.js` });
}

describe('metrics', () => {
  it('tell what is true when they are asked for', async () => {
    const { manager, samples } = watched({ one: steady, two: steady });
    added(manager, 'one', 'two');
    await manager.advance(10);
    expect(Object.fromEntries(await samples())).toMatchObject({
      'greenroom_connections{state="registering"}': 1,
      'greenroom_connections{state="queued"}': 1,
      'greenroom_connections{state="ready"}': 0,
      greenroom_start_slots: 1,
      greenroom_start_slots_held: 1,
      greenroom_starts_waiting: 1,
      'greenroom_connection_state{connection="two",state="queued"}': 1,
    });
    await manager.advance(200);
    const later = await samples();
    expect(Object.fromEntries(later)).toMatchObject({
      'greenroom_connections{state="ready"}': 2,
      greenroom_starts_waiting: 0,
      'greenroom_connection_state{connection="two",state="ready"}': 1,
      'greenroom_connection_ready{connection="two"}': 1,
      'greenroom_queue_bytes{connection="one"}': 0,
    });
    expect(later.has('greenroom_connection_state{connection="two",state="queued"}')).toBe(false);
  });

  it('tell how long starts took, and how long it took from a crash until all was well again', async () => {
    const crashesEarly = life([registers({ after: 20 }), exits(4)]);
    const crashes = life([...starts, exits(3, { after: 5000 })]);
    const { manager, samples } = watched({ lamp: [crashes, crashesEarly, steady] });
    manager.add({ id: 'lamp', module: 'lamp.js', policy: { backoff: { initial: 1000, jitter: 0 } } });
    await manager.advance(5050);
    await manager.until(
      manager.get('lamp').waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 3),
    );
    const told = Object.fromEntries(await samples());
    expect(told).toMatchObject({
      'greenroom_spawns_total{connection="lamp"}': 3,
      'greenroom_crashes_total{connection="lamp"}': 2,
      'greenroom_exits_total{cause="exit-code",connection="lamp"}': 2,
      'greenroom_restarts_total{cause="exit-code",connection="lamp"}': 2,
      'greenroom_time_to_ready_seconds_count{connection="lamp"}': 2,
      'greenroom_recovery_seconds_count{connection="lamp"}': 1,
    });
    expect(told['greenroom_time_to_ready_seconds_sum{connection="lamp"}']).toBeCloseTo(0.1);
    // A start that failed after 20 ms, the wait before the next, and a start that took 50.
    expect(told['greenroom_recovery_seconds_sum{connection="lamp"}']).toBeCloseTo(0.02 + 1 + 0.05, 4);
  });

  it('do not take an order for an outage', async () => {
    const { manager, samples } = watched({ lamp: steady });
    added(manager, 'lamp');
    const lamp = manager.get('lamp');
    await manager.until(lamp.waitFor('ready'));
    lamp.restart();
    await manager.until(lamp.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2));
    expect(Object.fromEntries(await samples())).toMatchObject({
      'greenroom_restarts_total{cause="stopped",connection="lamp"}': 1,
      'greenroom_crashes_total{connection="lamp"}': 0,
      'greenroom_time_to_ready_seconds_count{connection="lamp"}': 2,
      'greenroom_recovery_seconds_count{connection="lamp"}': 0,
    });
  });

  it('tell calls of both directions by outcome, and apart only by names that were listed', async () => {
    const asking = life([...starts, calls('time'), calls('nonsense')], { calls: { brightness: () => 40 } });
    const { manager, samples } = watched(
      { lamp: steady, clock: asking },
      { callNames: ['brightness', 'time'] },
    );
    manager.add({ id: 'clock', module: 'clock.js', handlers: { time: () => 12 } });
    added(manager, 'lamp');
    const lamp = manager.get('lamp');
    await manager.advance(200);
    await manager.until(lamp.call('brightness'));
    await expect(manager.until(lamp.call('fails'))).rejects.toThrow('no');
    const never = lamp.call('never', null, { timeout: 1000 });
    const pending = await samples();
    expect(pending.get('greenroom_calls_pending{connection="lamp",direction="out"}')).toBe(1);
    await expect(manager.until(never)).rejects.toThrow('1000');
    const told = await samples();
    const outcome = (connection: string, direction: string, name: string, code: string): number | undefined =>
      told.get(
        `greenroom_calls_total{connection="${connection}",direction="${direction}",name="${name}",outcome="${code}"}`,
      );
    expect(outcome('lamp', 'out', 'brightness', 'ok')).toBe(1);
    expect(outcome('lamp', 'out', 'other', 'CALL_FAILED')).toBe(1);
    expect(outcome('lamp', 'out', 'other', 'CALL_TIMED_OUT')).toBe(1);
    expect(outcome('clock', 'in', 'time', 'ok')).toBe(1);
    expect(told.get('greenroom_calls_pending{connection="lamp",direction="out"}')).toBe(0);
    expect(
      told.get('greenroom_call_duration_seconds_count{connection="lamp",direction="out",name="other"}'),
    ).toBe(2);
  });

  it('count what was discarded by reason, and problems without keeping their warning away', async () => {
    const { manager, samples } = watched({ lamp: life([...starts, sends('what?'), sends(7)]) });
    added(manager, 'lamp');
    await manager.advance(100);
    const warned = new Promise((resolve) => process.once('warning', resolve));
    manager.on('status', () => {
      throw new Error('a listener of the app');
    });
    manager.get('lamp').disable();
    expect(String(await warned)).toContain('a listener of the app');
    const told = await samples();
    expect(told.get('greenroom_discarded_total{connection="lamp",reason="malformed"}')).toBe(2);
    expect(told.get('greenroom_problems_total')).toBeGreaterThan(0);
  });

  it('take away what they told of a connection that is removed, and count anew if it comes back', async () => {
    const { manager, metrics } = watched({ lamp: steady, fan: steady });
    added(manager, 'lamp', 'fan');
    await manager.advance(200);
    const lamp = manager.get('lamp');
    await manager.until(lamp.call('brightness'));
    const lost = lamp.call('never', null, { timeout: 0 });
    await Promise.all([expect(lost).rejects.toThrow('lamp'), manager.until(lamp.remove())]);
    await manager.settle();
    const text = await metrics.text();
    expect(text).not.toContain('lamp');
    expect(text).toContain('fan');
    added(manager, 'lamp');
    await manager.advance(200);
    expect(samplesIn(await metrics.text()).get('greenroom_spawns_total{connection="lamp"}')).toBe(1);
  });

  it('count from 0 for who has the id of a connection as soon as that is gone', async () => {
    const { manager, samples } = watched({ lamp: life([...starts, exits(3, { after: 5000 })]) });
    manager.add({ id: 'lamp', module: 'lamp.js', policy: { backoff: { initial: 1000, jitter: 0 } } });
    await manager.until(
      manager.get('lamp').waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2),
    );
    const off = manager.on('status', ({ status }) => {
      if (status.state !== 'removed') return;
      off();
      added(manager, 'lamp');
    });
    await manager.until(manager.get('lamp').remove());
    await manager.until(manager.get('lamp').waitFor('ready'));
    const told = await samples();
    expect(Object.fromEntries(told)).toMatchObject({
      'greenroom_spawns_total{connection="lamp"}': 1,
      'greenroom_crashes_total{connection="lamp"}': 0,
      'greenroom_recovery_seconds_count{connection="lamp"}': 0,
      'greenroom_time_to_ready_seconds_count{connection="lamp"}': 1,
    });
    expect([...told.keys()].filter((name) => name.startsWith('greenroom_exits_total'))).toEqual([]);
  });

  it('leave no listener and no metric behind when they are detached', async () => {
    const register = new Registry();
    const own = new Counter({ name: 'own_total', help: 'Of the app.', registers: [register] });
    const { manager, metrics } = watched({ lamp: steady }, { register });
    expect(watchers.filter((name) => channel(name).hasSubscribers)).toEqual(watchers);
    own.inc();
    metrics.detach();
    metrics.detach();
    added(manager, 'lamp');
    await manager.advance(200);
    expect(watchers.filter((name) => channel(name).hasSubscribers)).toEqual([]);
    expect(await metrics.text()).toBe(
      '# HELP own_total Of the app.\n# TYPE own_total counter\nown_total 1\n',
    );
    createMetrics(manager, { register }).detach();
  });

  it('leave nothing behind when a name is taken', async () => {
    const register = new Registry();
    const own = new Counter({ name: 'greenroom_calls_total', help: 'Of the app.', registers: [register] });
    const manager = createTestManager({ modules: {} });
    onTestFinished(() => manager[Symbol.asyncDispose]());
    expect(() => createMetrics(manager, { register })).toThrow('"greenroom_calls_total" already');
    expect(register.getMetricsAsArray()).toEqual([own]);
    expect(watchers.filter((name) => channel(name).hasSubscribers)).toEqual([]);
  });

  it('of two managers live in one registry under two prefixes, and say so when they clash', async () => {
    const { manager, metrics } = watched({});
    const { register } = metrics;
    expect(() => createMetrics(manager, { register })).toThrow('has a metric "greenroom_build_info" already');
    const other = createMetrics(manager, { register, prefix: 'stage_' });
    expect(await other.text()).toContain('\nstage_connections{');
    other.detach();
    expect(() => createMetrics(manager, { prefix: '2nd' })).toThrow('prefix must be');
  });
});

describe('/metrics', () => {
  it('serves them to who has the token', async () => {
    const { manager, metrics } = watched({});
    const dashboard = await serve(manager, { metrics });
    expect(await ask(dashboard, '/metrics', { headers: { authorization: '' } })).toMatchObject({
      status: 401,
    });
    expect(await ask(dashboard, '/metrics', { headers: { host: 'elsewhere' } })).toMatchObject({
      status: 421,
    });
    const { status, headers, text } = await ask(dashboard, '/metrics');
    expect({ status, type: headers['content-type'] }).toEqual({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
    });
    expect(samplesIn(text).get('greenroom_start_slots')).toBe(1);
  });

  it('says what is missing where there are none, and tells no words of a registry that fails', async () => {
    const { manager } = watched({});
    const without = await ask(await serve(manager), '/metrics');
    expect(without).toMatchObject({ status: 404 });
    expect(without.text).toContain('without the option metrics');
    const broken = { contentType: 'text/plain', text: () => Promise.reject(new Error('hunter2')) };
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const answer = await ask(await serve(manager, { metrics: broken }), '/metrics');
    expect(answer).toMatchObject({ status: 500 });
    expect(answer.text).not.toContain('hunter2');
    expect(String(await warned)).toContain('hunter2');
  });
});
