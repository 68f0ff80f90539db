import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { classicFeed } from '../../packages/inspect-classic/src/index.ts';
import { createManager } from '../../src/index.ts';
import { statelyFeed } from '../../src/inspect/index.ts';
import { inspect, Viewer } from './kit.ts';

const secrets = {
  password: 'correct "horse"\nbattery staple',
  nested: { pins: ['0451-9', 271_828_182], umlaut: 'Grüße aus 北京/x' },
  mayInit: 'it may, why not',
};
const marked = 'marked-by-the-app';

it('tells no secret of a connection, no token of a process and nothing the app marks, in no frame of either feed', async () => {
  const manager = createManager({ policy: { backoff: { initial: 60_000 } } });
  onTestFinished(() => manager.stop({ force: true }));
  const tokens = new Set<string>();
  const inspector = await inspect(manager, { feeds: [statelyFeed(), classicFeed()], secrets: [marked] });
  const viewers = ['stately', 'classic'].map((feed) => new Viewer(String(inspector.feeds[feed]?.socket)));
  await Promise.all(viewers.map((viewer) => viewer.opened()));
  const module = join(import.meta.dirname, '../http/fixtures/tells-its-secrets.js');
  manager.on('output', ({ line }) => {
    for (const [, token] of line.matchAll(/"token":"([\da-f]+)"/g)) tokens.add(String(token));
  });
  const teller = manager.add({ id: 'teller', module, secrets, env: { MARKED: marked } });
  await teller.waitFor('ready', { timeout: 20_000 });
  await expect(teller.call('die')).rejects.toThrow('lost');
  await teller.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2, {
    timeout: 20_000,
  });
  // Numbers, keys and errors of actors are told as well.
  const hostile = { [secrets.nested.umlaut]: 271_828_182, error: new Error(secrets.password) };
  teller.actor.send({ type: 'enable', at: 0, ...hostile });
  teller.update({ label: 'correct "horse"', secrets: { ...secrets, mayInit: 'no, it may not' } });
  teller.restart();
  await teller.waitFor('backingOff', { timeout: 20_000 });
  for (const viewer of viewers)
    await viewer.has((frame) =>
      /backingOff|init failed/.test(JSON.stringify(frame['snapshot'] ?? frame['state'] ?? '')),
    );
  const late = ['stately', 'classic'].map((feed) => new Viewer(String(inspector.feeds[feed]?.socket)));
  for (const viewer of late) await viewer.has(() => true);
  expect(tokens.size).toBeGreaterThan(0);
  const hidden = [
    'correct',
    'horse',
    'battery staple',
    '0451-9',
    '271828182',
    'Grüße',
    'it may',
    'no, it may',
  ];
  for (const { text } of [...viewers, ...late]) {
    expect(text.match(/\[secret\]/g)?.length).toBeGreaterThan(5);
    for (const secret of [...hidden, encodeURIComponent('Grüße'), marked, inspector.token, ...tokens])
      expect({ secret, isTold: text.includes(secret) }).toEqual({ secret, isTold: false });
  }
});
