import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { World } from '../../src/dashboard/page/world.ts';
import { createHistory } from '../../src/history/history.ts';
import { Viewer } from '../../src/http/viewer.ts';
import { Viewers } from '../../src/http/viewers.ts';
import { exits, initialises, life, registers, says } from '../../src/testing/index.ts';
import { createTestManager, type TestManager } from '../../src/testing/test-manager.ts';
import { ask, Audience, serve, type Told } from './kit.ts';

const steady = life([registers(), initialises(), says('hello'), exits('SIGKILL', { after: 5000 })]);
const ids = ['one', 'two', 'three'];

function managed(): TestManager {
  const manager = createTestManager({
    modules: Object.fromEntries([...ids, 'late'].map((id) => [id, steady])),
  });
  onTestFinished(() => manager[Symbol.asyncDispose]());
  return manager;
}

interface Item {
  readonly status: { readonly id: string; readonly state: string };
}

function itemsIn(data: Record<string, unknown>): Item[] {
  return (data['items'] ?? []) as Item[];
}

describe('the event stream', () => {
  it('tells all connections, then what changes, comes and goes', async () => {
    const manager = managed();
    const dashboard = await serve(manager);
    for (const id of ids) manager.add({ id, module: 'x.js' });
    await manager.advance(10);
    const audience = await Audience.open(dashboard);
    await audience.until(({ event }) => event === 'complete');
    const [greeting, all] = audience.told;
    expect(greeting).toMatchObject({ event: 'manager', data: { state: 'running', orders: true } });
    expect(itemsIn(all!.data).map(({ status }) => `${status.id} ${status.state}`)).toEqual(
      ids.map((id) => `${id} ready`),
    );
    manager.get('two').disable();
    await manager.until(manager.get('two').waitFor('disabled'));
    await audience.until(({ data }) =>
      itemsIn(data).some(({ status }) => status.id === 'two' && status.state === 'disabled'),
    );
    manager.add({ id: 'late', module: 'x.js', enabled: false });
    await audience.until(({ data }) => itemsIn(data).some(({ status }) => status.id === 'late'));
    await manager.get('late').remove();
    await audience.until(({ data }) => (data['removed'] as string[] | undefined)?.includes('late') ?? false);
  });

  it('asks proxies to pass on each event as it comes', async () => {
    const { url, token } = await serve(managed());
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const { headers } = await fetch(`${url}api/v1/events`, {
      headers: { authorization: `Bearer ${token}` },
      signal: stop.signal,
    });
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('cache-control')).toBe('no-store, no-transform');
  });

  it('answers who asks for its headers alone, and counts nobody as a viewer for that', async () => {
    const dashboard = await serve(managed());
    for (let turn = 0; turn < 65; turn++)
      expect(await ask(dashboard, '/api/v1/events', { method: 'HEAD' })).toMatchObject({
        status: 200,
        headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
        text: '',
      });
    const audience = await Audience.open(dashboard);
    await audience.until(({ event }) => event === 'complete');
    const query = '/api/v1/events?connection=nobody';
    expect(await ask(dashboard, query, { method: 'HEAD' })).toMatchObject({ status: 404 });
  });

  it('tells the story and the lines of a watched connection, each line once', async () => {
    const manager = managed();
    const dashboard = await serve(manager);
    manager.add({ id: 'one', module: 'x.js' });
    await manager.advance(10);
    const audience = await Audience.open(dashboard, '?connection=one');
    expect((await audience.until(({ event }) => event === 'log')).data).toMatchObject({
      lines: [{ seq: 1, text: 'hello' }],
    });
    await manager.advance(5000);
    const exit = await audience.until(
      ({ event, data }) => event === 'story' && JSON.stringify(data['lives'] ?? []).includes('SIGKILL'),
    );
    expect(exit.data).toMatchObject({
      lives: [{ exit: { signal: 'SIGKILL', cause: 'signal' } }, { incarnation: 2 }],
    });
    await audience.until(
      ({ event, data }) => event === 'log' && JSON.stringify(data).includes('"incarnation":2'),
    );
    const seqs = (of: string, key: string): number[] =>
      audience.told
        .filter(({ event }) => event === of)
        .flatMap(({ data }) => (data[key] as { seq: number }[]).map(({ seq }) => seq));
    for (const numbers of [seqs('log', 'lines'), seqs('story', 'timeline')])
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(await ask(dashboard, '/api/v1/events?connection=nobody')).toMatchObject({ status: 404 });
  });

  it('begins the story anew when another connection has the id, and the page does, too', async () => {
    const manager = managed();
    const dashboard = await serve(manager);
    const world = new World();
    world.begin();
    const add = () => manager.add({ id: 'one', module: 'x.js' });
    add();
    await manager.advance(10);
    const audience = await Audience.open(dashboard, '?connection=one');
    await audience.until(({ event }) => event === 'log');
    await manager.until(manager.get('one').remove());
    await audience.until(({ data }) => (data['removed'] as string[] | undefined)?.includes('one') ?? false);
    add();
    await manager.advance(10);
    const isLog = ({ event }: Told): boolean => event === 'log';
    await audience.until(() => audience.told.filter(isLog).length === 2);
    for (const { event, data } of audience.told) world.take(event, data);
    expect(world.watched.log.map(({ seq, text }) => ({ seq, text }))).toEqual([{ seq: 1, text: 'hello' }]);
    const { timeline } = world.watched;
    expect(timeline.map(({ seq }) => seq)).toEqual(timeline.map((_, index) => index + 1));
    expect(world.watched.story).not.toHaveProperty('begin');
    const begins = audience.told.filter(({ event }) => event === 'story').map(({ data }) => data['begin']);
    expect(begins.filter((begin) => begin === true)).toHaveLength(2);
    expect(begins[0]).toBe(true);
  });

  it('moves the last hour on when a tick comes late', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: 59_900 });
    onTestFinished(() => void vi.useRealTimers());
    const manager = managed();
    const history = createHistory(manager);
    onTestFinished(() => history.end());
    manager.add({ id: 'one', module: 'x.js', enabled: false });
    const written: string[] = [];
    const response = {
      writeHead: () => {},
      write: (text: string) => void written.push(text),
      on: () => {},
      writableNeedDrain: false,
    } as unknown as ServerResponse;
    const viewers = new Viewers({ manager, history, version: '1.0.0', orders: true, instance: '' });
    viewers.open(response, null);
    vi.advanceTimersByTime(50);
    const before = written.length;
    vi.setSystemTime(62_000);
    vi.advanceTimersByTime(200);
    expect(written.slice(before).join('')).toContain('"lastHour":');
    const after = written.length;
    vi.advanceTimersByTime(250);
    expect(written.length).toBe(after);
  });

  it('writes nothing for one who does not read, and then only what is true by then', async () => {
    const manager = managed();
    const history = createHistory(manager);
    onTestFinished(() => history.end());
    manager.add({ id: 'one', module: 'x.js', enabled: false });
    const paper = { written: [] as string[], writableNeedDrain: false, isGone: false };
    const response = {
      writeHead: () => {},
      write: (text: string) => void paper.written.push(text),
      get writableNeedDrain() {
        return paper.writableNeedDrain;
      },
      destroy: () => (paper.isGone = true),
    } as unknown as ServerResponse;
    const viewer = new Viewer(response, null, {}, ['one']);
    const tell = (): void =>
      viewer.tell({ beat: null, history, textOf: (id) => JSON.stringify(manager.get(id).status) });
    tell();
    paper.writableNeedDrain = true;
    const before = paper.written.length;
    for (let turn = 0; turn < 100; turn++) {
      manager.get('one').update({ label: `label ${turn}` });
      viewer.changed('one');
      tell();
    }
    expect(paper.written.length).toBe(before);
    paper.writableNeedDrain = false;
    tell();
    expect(paper.written.length).toBe(before + 1);
    expect(paper.written.at(-1)).toContain('"label 99"');
    expect(paper.isGone).toBe(false);
  });
});
