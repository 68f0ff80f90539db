import { once } from 'node:events';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { createInspector as createAdapter } from '@statelyai/inspect';
import { describe, expect, it, onTestFinished } from 'vitest';
import { classicFeed } from '../../packages/inspect-classic/src/index.ts';
import { createManager, type Connection, type Manager } from '../../src/index.ts';
import { statelyFeed, type Inspector } from '../../src/inspect/index.ts';
import { inspect, Receiver, Viewer, warningsOf, type Frame } from './kit.ts';

const module = join(import.meta.dirname, '../manager/fixtures/echo.js');
const programs = {
  stately: 'test/inspect/fixtures/stately-viewer.mjs',
  classic: 'packages/inspect-classic/test/socket-viewer.mjs',
};
const feeds = [statelyFeed(), classicFeed()];

async function stage(
  viewerBytes?: number,
): Promise<{ manager: Manager; lamp: Connection; inspector: Inspector }> {
  const manager = createManager();
  onTestFinished(() => manager.stop({ force: true }));
  const inspector = await inspect(manager, { feeds, viewerBytes });
  const lamp = manager.add({ id: 'lamp', module });
  await lamp.waitFor('ready', { timeout: 20_000 });
  return { manager, lamp, inspector };
}

const socketOf = (inspector: Inspector, feed: string): string => String(inspector.feeds[feed]?.socket);
const isReady = (value: unknown): boolean => JSON.stringify(value ?? '').includes('"operational":"ready"');

describe('the receiver of @statelyai/inspect in another process', () => {
  it('reads the actors as they are, and then every event and snapshot through a crash and back', async () => {
    const { lamp, inspector } = await stage();
    const { read, has } = receive('stately', inspector);
    await has(({ type, name, snapshot }) => type === '@xstate.actor' && name === 'lamp' && isReady(snapshot));
    process.kill(lamp.status.pid!, 'SIGKILL');
    await lamp.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2, {
      timeout: 20_000,
    });
    await has(
      ({ type, snapshot }) =>
        type === '@xstate.snapshot' &&
        JSON.stringify(snapshot).includes('"incarnation":2') &&
        isReady(snapshot),
    );
    const names = read.flatMap(({ type, event }) =>
      type === '@xstate.event' ? [(event as Frame).type] : [],
    );
    expect(names).toEqual(
      expect.arrayContaining([
        'process.exited',
        'slot.granted',
        'process.spawned',
        'module.registered',
        'module.initialised',
      ]),
    );
    const processes = read.filter(({ type, name }) => type === '@xstate.actor' && name === 'process');
    expect(processes.map(({ parentId }) => parentId)).toEqual([lamp.actor.sessionId, lamp.actor.sessionId]);
  });

  it('gets frames of the same shape as those of the package itself', async () => {
    const { lamp, inspector } = await stage();
    const theirs: Frame[] = [];
    const adapter = createAdapter({
      send: (frame) => void theirs.push(JSON.parse(JSON.stringify(frame)) as Frame),
    });
    const viewer = new Viewer(socketOf(inspector, 'stately'));
    await viewer.has(({ name }) => name === 'process');
    const subscription = lamp.actor.system.inspect(adapter.inspect);
    lamp.restart();
    await lamp.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2, {
      timeout: 20_000,
    });
    const last = (frames: readonly Frame[]): boolean =>
      isReady(frames.findLast(({ type }) => type === '@xstate.snapshot')?.['snapshot']);
    await expect.poll(() => last(theirs) && last(viewer.frames)).toBe(true);
    subscription.unsubscribe();
    const ours = viewer.frames.slice(
      viewer.frames.findIndex(({ event }) => (event as Frame | undefined)?.type === 'restart'),
    );
    expect(ours.map(told)).toEqual(theirs.map(told));
  });
});

describe('the receiver of @xstate/inspect 0.8 in another process', () => {
  it('reads the machine and its state, and then every event and state through a crash, back, and to the end', async () => {
    const { lamp, inspector } = await stage();
    const { read, has } = receive('classic', inspector);
    await has(({ type, id, value }) => type === 'service.register' && id === 'lamp' && isReady(value));
    expect(read[0]).toMatchObject({
      initial: 'disabled',
      states: expect.arrayContaining(['active', 'failed']) as string[],
    });
    process.kill(lamp.status.pid!, 'SIGKILL');
    await lamp.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2, {
      timeout: 20_000,
    });
    await has(
      ({ type, value, context }) =>
        type === 'service.state' && isReady(value) && (context as Frame)['incarnation'] === 2,
    );
    await lamp.remove();
    await has(({ type }) => type === 'service.stop');
    const events = read.flatMap(({ type, event }) => (type === 'service.event' ? [event] : []));
    expect(events).toEqual(expect.arrayContaining(['process.exited', 'module.initialised', 'remove']));
    const states = read.filter(({ type }) => type === 'service.state');
    expect(states.at(-1)).toMatchObject({ value: 'removed', done: true });
    expect(new Set(read.map(({ sessionId }) => sessionId))).toEqual(new Set([lamp.actor.sessionId]));
  });

  it('reads a connection that is added while it watches', async () => {
    const { manager, inspector } = await stage();
    const receiver = receive('classic', inspector);
    await receiver.has(({ id }) => id === 'lamp');
    const desk = manager.add({ id: 'desk', module });
    await desk.waitFor('ready', { timeout: 20_000 });
    await receiver.has(({ sessionId, value }) => sessionId === desk.actor.sessionId && isReady(value));
    const first = receiver.read.find(({ sessionId }) => sessionId === desk.actor.sessionId);
    expect(first).toMatchObject({ type: 'service.register', id: 'desk', value: 'disabled' });
  });
});

describe('a connection does not notice', () => {
  it.each(['stately', 'classic'] as const)(
    'a viewer of the %s feed that never reads, which is dropped at the bound',
    async (feed) => {
      const bound = 262_144;
      // The system takes some megabytes for a reader before anything waits here.
      const filling = '.'.repeat(900);
      const { lamp, inspector } = await stage(bound);
      const warnings = warningsOf('has not read');
      const reader = new Viewer(socketOf(inspector, feed));
      const stopped = receive(feed, inspector);
      await stopped.has(({ sessionId }) => sessionId === lamp.actor.sessionId);
      stopped.process.kill('SIGSTOP');
      for (let change = 0; warnings.length === 0 && change < 20_000; change += 1) {
        lamp.update({ label: `change ${change} ${filling}`, policy: { restart: 'permanent' } });
        if (change % 20 === 0) expect(await lamp.call('same', change)).toBe(change);
      }
      const [, bytes = '0'] = /has not read (\d+) bytes/.exec(String(warnings[0])) ?? [];
      expect(Number(bytes)).toBeGreaterThan(bound);
      expect(Number(bytes)).toBeLessThan(2 * bound);
      const { label } = lamp.status;
      await expect.poll(() => reader.text.includes(label), { timeout: 20_000 }).toBe(true);
      expect(lamp.status).toMatchObject({
        state: 'ready',
        incarnation: 1,
        discarded: { stale: 0, unexpected: 0 },
      });
      expect(warnings).toHaveLength(1);
    },
    120_000,
  );

  it('a viewer that is killed, and one that floods', async () => {
    const { lamp, inspector } = await stage();
    const warnings = warningsOf('too many messages');
    const reader = new Viewer(socketOf(inspector, 'stately'));
    const killed = receive('stately', inspector);
    await killed.has(({ name }) => name === 'lamp');
    const flooding = new Viewer(socketOf(inspector, 'classic'));
    await flooding.opened();
    const flood = (): void => {
      for (let times = 0; times < 10_000; times += 1)
        flooding.socket.send('{"type":"xstate.event","event":"{}"}');
    };
    flood();
    killed.process.kill('SIGKILL');
    for (let call = 0; call < 100; call += 1) expect(await lamp.call('same', call)).toBe(call);
    await flooding.closed();
    lamp.update({ label: 'another' });
    await reader.has((frame) => JSON.stringify(frame).includes('"label":"another"'));
    expect(warnings).toHaveLength(1);
    expect(lamp.status).toMatchObject({
      state: 'ready',
      incarnation: 1,
      discarded: { stale: 0, unexpected: 0 },
    });
  });
});

describe('a process with an inspector ends by itself', () => {
  it.each(['when nobody watches', 'while somebody watches'])('%s', async (when) => {
    const host = fork(join(import.meta.dirname, 'fixtures/inspects-and-ends.mjs'), [module], {
      stdio: 'inherit',
    });
    onTestFinished(() => void host.kill('SIGKILL'));
    const ended = once(host, 'exit');
    const [address] = (await once(host, 'message')) as [string];
    const viewer = when.startsWith('while') ? new Viewer(address) : null;
    await viewer?.has(({ name }) => name === 'lamp');
    host.send('end');
    expect(await ended).toEqual([0, null]);
    await viewer?.closed();
  });
});

function receive(feed: keyof typeof programs, inspector: Inspector): Receiver {
  return new Receiver(programs[feed], socketOf(inspector, feed));
}

/** What a frame says, without numbers that belong to who made it; their list of a snapshot's children goes deeper. */
function told({ createdAt, id, ...frame }: Frame): object {
  expect(typeof createdAt).toBe('string');
  expect(id).not.toBe(undefined);
  const { definition, snapshot, ...rest } = frame as Frame & { definition?: string; snapshot?: object };
  const kept = snapshot === undefined || frame.type === '@xstate.actor' ? {} : { snapshot };
  return { ...rest, ...kept, hasDefinition: typeof definition };
}
