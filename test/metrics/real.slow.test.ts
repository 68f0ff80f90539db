import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ManagerStatus } from '../../src/index.ts';
import { createMetrics } from '../../src/metrics/index.ts';
import { start } from '../cli/command.ts';
import { connectionsFile } from '../cli/folder.ts';
import { createStage, fixture } from '../faults/manager.ts';
import { samplesIn, typesIn } from './exposition.ts';
import { queriesOf } from './grafana.ts';
import { hasPromtool, promtool } from './promtool.ts';

test('real modules that are killed, called, flooding and measured are all told, in a text that promtool accepts', async () => {
  await using stage = createStage({
    policy: { resources: { interval: 50 }, memory: { limit: 4000 } },
    limits: { outputLinesPerSecond: 10, outputBurstSeconds: 1 },
  });
  const metrics = createMetrics(stage.manager);
  onTestFinished(() => metrics.detach());
  const healthy = stage.add('healthy.js');
  const flooding = stage.add('floods-its-output.js');
  const dropped = new Promise((resolve) => stage.manager.on('outputDropped', resolve));
  await healthy.waitFor('ready');
  expect(await healthy.call('echo', 1)).toBe(1);
  await flooding.waitFor('ready');
  flooding.notify('flood', { milliseconds: 100, words: 'enough' });
  process.kill(healthy.status.pid ?? 0, 'SIGKILL');
  await healthy.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  await dropped;
  const covered = stage.add('healthy.js', { policy: { standby: true } });
  await covered.waitFor(({ spare }) => spare !== null);
  await expect.poll(() => healthy.status.resources?.cpu ?? null).not.toBeNull();
  const text = await metrics.text();
  const samples = samplesIn(text);
  const of = (name: string, { id } = healthy, more = ''): number =>
    samples.get(`greenroom_${name}{${more}connection="${id}"}`) ?? Number.NaN;
  expect(of('exits_total', healthy, 'cause="signal",')).toBe(1);
  expect(of('recovery_seconds_count')).toBe(1);
  expect(of('recovery_seconds_sum')).toBeGreaterThan(0);
  expect(of('module_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(of('module_cpu_cores')).toBeGreaterThanOrEqual(0);
  const module = `{module="${fixture('healthy.js')}"}`;
  expect(samples.get(`greenroom_spares_waiting${module}`)).toBe(1);
  expect(samples.get(`greenroom_spare_memory_bytes${module}`)).toBeGreaterThan(10_000_000);
  expect(of('output_dropped_lines_total', flooding)).toBeGreaterThan(0);
  expect(typesIn(text).length).toBeGreaterThan(20);
  if (hasPromtool) expect(promtool(['check', 'metrics'], text)).toEqual({ code: 0, output: '' });
});

test('greenroom run --metrics serves them beside the dashboard', async () => {
  const token = 'a-token-that-stays-the-same';
  const module = join(import.meta.dirname, '../faults/fixtures/healthy.js');
  const file = connectionsFile({ connections: [{ id: 'healthy', module }] });
  const command = await start(['run', file, '--json', '--metrics', '--dashboard=0'], {
    env: { GREENROOM_DASHBOARD_TOKEN: token },
  });
  const { link } = await command.event({ event: 'dashboard' });
  await command.event({ event: 'status', state: 'ready' });
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(new URL('/metrics', String(link)), { headers });
  expect(samplesIn(await answer.text()).get('greenroom_connection_ready{connection="healthy"}')).toBe(1);
});

test.runIf(process.platform === 'linux')(
  'greenroom run --dashboard shows what modules use, though the file does not ask for it',
  async () => {
    const module = join(import.meta.dirname, '../faults/fixtures/healthy.js');
    const file = connectionsFile({ connections: [{ id: 'healthy', module }] });
    const command = await start(['run', file, '--json', '--dashboard=0']);
    const link = new URL(String((await command.event({ event: 'dashboard' }))['link']));
    const headers = { authorization: `Bearer ${link.hash.replace('#token=', '')}` };
    const used = async () => {
      const answer = await fetch(new URL('/api/v1/status', link), { headers });
      const { connections } = (await answer.json()) as ManagerStatus;
      return connections[0]?.resources?.rss ?? 0;
    };
    await expect.poll(used, { timeout: 20_000 }).toBeGreaterThan(10 * 2 ** 20);
  },
);

describe.runIf(hasPromtool)('promtool', () => {
  test('finds something to say about a text that is not as it should be', () => {
    const { code, output } = promtool(['check', 'metrics'], '# TYPE a_total gauge\na_total 1\n');
    expect({ isFine: code === 0, output }).toMatchObject({ isFine: false });
  });

  test('can read every query of docs/grafana.json', () => {
    const queries = queriesOf(readFileSync(join(import.meta.dirname, '../../docs/grafana.json'), 'utf8'));
    const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
    // JSON is YAML, too.
    const file = connectionsFile({ groups: [{ name: 'all', rules }] });
    expect(promtool(['check', 'rules', file])).toMatchObject({ code: 0 });
  });
});
