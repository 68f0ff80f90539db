import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Connection } from '../../src/index.ts';
import { statelyFeed, type Feed } from '../../src/inspect/index.ts';
import { createTestManager, exits, initialises, life, registers } from '../../src/testing/index.ts';
import { inspect, Viewer, warningsOf, type Frame } from './kit.ts';

const healthy = life([registers(), initialises()]);
const modules = {
  lamp: healthy,
  desk: healthy,
  moody: life([registers(), initialises(), exits(1, { after: 50 })]),
};

it('shows a late joiner the actors as they are first, and then what happens to them', async () => {
  await using manager = createTestManager({ modules });
  const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
  await manager.until(lamp.waitFor('ready'));
  const inspector = await inspect(manager);
  const viewer = new Viewer(String(inspector.feeds['stately']?.socket));
  await viewer.has(({ name }) => name === 'process');
  const [connection, ...others] = viewer.frames;
  expect(connection).toMatchObject({
    type: '@xstate.actor',
    name: 'lamp',
    snapshot: { status: 'active', tags: expect.arrayContaining(['callable']) as string[] },
  });
  expect(connection?.['snapshot']).toHaveProperty('value.active.running.registered.operational', 'ready');
  const definition = JSON.parse(String(connection?.['definition'])) as { states: object };
  expect(Object.keys(definition.states)).toContain('misconfigured');
  for (const other of others)
    expect(other).toMatchObject({
      type: '@xstate.actor',
      parentId: connection?.sessionId,
      rootId: connection?.sessionId,
    });
  lamp.disable();
  await manager.until(lamp.waitFor('disabled'));
  await viewer.has(({ type, snapshot }) => type === '@xstate.snapshot' && valueOf(snapshot) === 'disabled');
  expect(viewer.of('@xstate.event').map(({ event }) => (event as { type: string }).type)).toContain(
    'disable',
  );
});

it('shows connections that come while somebody watches, from their creation or from their first order on', async () => {
  await using manager = createTestManager({ modules });
  const inspector = await inspect(manager);
  const viewer = new Viewer(String(inspector.feeds['stately']?.socket));
  await viewer.opened();
  manager.add({ id: 'desk', module: 'desk.js', enabled: false });
  await viewer.has(({ type, name }) => type === '@xstate.actor' && name === 'desk');
  const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
  await manager.until(lamp.waitFor('ready'));
  await viewer.has(
    ({ type, snapshot }) =>
      type === '@xstate.snapshot' && JSON.stringify(snapshot).includes('"operational":"ready"'),
  );
  const ofLamp = viewer.frames.filter(({ sessionId }) => sessionId === lamp.actor.sessionId);
  const types = ofLamp.flatMap(({ event }) =>
    event === undefined ? [] : [(event as { type: string }).type],
  );
  expect(ofLamp[0]).toMatchObject({ type: '@xstate.actor', name: 'lamp' });
  expect(types[0]).toBe('enable');
  expect(types).toContain('preparation.succeeded');
});

it('shows one connection to who asks for one, and observes no other for it', async () => {
  await using manager = createTestManager({ modules });
  const [lamp, desk] = ['lamp', 'desk'].map((id) => manager.add({ id, module: 'any.js' })) as [
    Connection,
    Connection,
  ];
  const inspector = await inspect(manager);
  const watched = [lamp, desk].map(({ actor }) => vi.spyOn(actor.system, 'inspect'));
  const viewer = new Viewer(`${inspector.feeds['stately']?.socket}&connection=desk`);
  await manager.until(Promise.all([lamp.waitFor('ready'), desk.waitFor('ready')]));
  await viewer.has(({ snapshot }) => JSON.stringify(snapshot ?? '').includes('"operational":"ready"'));
  expect(new Set(viewer.frames.map(({ rootId }) => rootId))).toEqual(new Set([desk.actor.sessionId]));
  expect(watched.map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
});

it('observes nothing before the first viewer comes and after the last one leaves', async () => {
  await using manager = createTestManager({ modules });
  const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
  const observe = vi.spyOn(lamp.actor.system, 'inspect');
  const frames = vi.fn(statelyFeed().frames);
  const inspector = await inspect(manager, { feeds: [{ ...statelyFeed(), frames }] });
  await manager.until(lamp.waitFor('ready'));
  expect(observe).not.toHaveBeenCalled();
  const viewer = new Viewer(String(inspector.feeds['stately']?.socket));
  await viewer.has(({ name }) => name === 'lamp');
  const subscription = observe.mock.results[0]?.value as { unsubscribe(): void };
  const unsubscribe = vi.spyOn(subscription, 'unsubscribe');
  viewer.socket.close();
  await expect.poll(() => unsubscribe.mock.calls.length).toBe(1);
  frames.mockClear();
  lamp.disable();
  await manager.until(lamp.waitFor('disabled'));
  expect(frames).not.toHaveBeenCalled();
});

it('shows neither what messages carry nor more than the end of long lists and texts', async () => {
  const word = 'a-word-that-only-the-module-knows';
  await using manager = createTestManager({
    modules: {
      lamp: life([{ does: 'notifies', name: 'early', payload: { word } }, registers(), initialises()]),
    },
  });
  const inspector = await inspect(manager);
  const viewer = new Viewer(String(inspector.feeds['stately']?.socket));
  await viewer.opened();
  const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
  await manager.until(lamp.waitFor('ready'));
  lamp.actor.send({
    type: 'module.configRefused',
    isAnswer: true,
    incarnation: 1,
    at: 0,
    message: 'x'.repeat(5000),
  });
  await viewer.has(
    ({ event }) =>
      (event as { message?: unknown } | undefined)?.message !== undefined && viewer.text.includes('xxx'),
  );
  expect(viewer.text).toContain('message.received');
  expect(viewer.text).toContain('"name":"early"');
  expect(viewer.text).not.toContain(word);
  expect(viewer.text).not.toContain('x'.repeat(1001));
});

it('drops who sends more than a viewer has to say, and nobody else', async () => {
  await using manager = createTestManager({ modules });
  manager.add({ id: 'lamp', module: 'lamp.js' });
  const inspector = await inspect(manager);
  const address = String(inspector.feeds['stately']?.socket);
  const warnings = warningsOf('The inspector');
  const calm = new Viewer(address);
  const [talker, pinger, shouter] = [new Viewer(address), new Viewer(address), new Viewer(address)];
  await Promise.all([calm, talker, pinger, shouter].map((viewer) => viewer.opened()));
  calm.socket.send('not json {');
  for (let times = 0; times < 100; times += 1) talker.socket.send('{"type":"xstate.event","event":"{}"}');
  for (let times = 0; times < 100; times += 1) pinger.socket.ping();
  shouter.socket.send('x'.repeat(100_000));
  await Promise.all([talker, pinger, shouter].map((viewer) => viewer.closed()));
  await expect.poll(() => warnings.length).toBe(2);
  expect(warnings[0]).toContain('a viewer sent too many messages and was dropped');
  expect(calm.socket.readyState).toBe(WebSocket.OPEN);
});

it('goes on for others and for the connections when a feed breaks, and says so once', async () => {
  await using manager = createTestManager({ modules });
  const broken: Feed = {
    ...statelyFeed(),
    name: 'broken',
    frames: () => {
      throw new Error('out of ink');
    },
  };
  const inspector = await inspect(manager, { feeds: [statelyFeed(), broken] });
  const warnings = warningsOf('out of ink');
  const [unlucky, reader] = ['broken', 'stately'].map(
    (name) => new Viewer(String(inspector.feeds[name]?.socket)),
  );
  await unlucky?.opened();
  await reader?.opened();
  const moody = manager.add({ id: 'moody', module: 'moody.js' });
  await manager.until(moody.waitFor(({ incarnation, state }) => incarnation === 2 && state === 'ready'));
  await reader?.has(({ snapshot }) => JSON.stringify(snapshot ?? '').includes('"incarnation":2'));
  await expect.poll(() => warnings.length).toBe(1);
});

function valueOf(snapshot: Frame[string]): unknown {
  return (snapshot as { value?: unknown } | undefined)?.value;
}
