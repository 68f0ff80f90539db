import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createManager } from '../../src/index.ts';
import { ask, Audience, serve } from './kit.ts';

const secrets = {
  password: 'correct "horse"\nbattery staple',
  nested: { pins: ['0451-9', 271_828_182], umlaut: 'Grüße aus 北京/x' },
  mayInit: 'it may, why not',
};
const marked = 'marked-by-the-app';

it('tells no secret of a connection, no token of a process and nothing the app marks, in no answer and no event', async () => {
  const manager = createManager({ policy: { backoff: { initial: 60_000 } } });
  onTestFinished(() => manager.stop({ force: true }));
  const tokens = new Set<string>();
  const dashboard = await serve(manager, { secrets: [marked] });
  const audience = await Audience.open(dashboard);
  const module = join(import.meta.dirname, 'fixtures/tells-its-secrets.js');
  const env = { MARKED: marked };
  const teller = manager.add({ id: 'teller', module, secrets, env });
  manager.on('output', ({ line }) => {
    for (const [, token] of line.matchAll(/"token":"([\da-f]+)"/g)) tokens.add(String(token));
  });
  const watcher = await Audience.open(dashboard, '?connection=teller');
  await teller.waitFor('ready', { timeout: 20_000 });
  await expect(teller.call('say', secrets)).rejects.toThrow('correct');
  await expect(teller.call(secrets.password)).rejects.toThrow('correct');
  await expect(teller.call('die')).rejects.toThrow('lost');
  // An old secret is one still: old output has it.
  teller.update({ secrets: { ...secrets, password: 'another one', mayInit: 'no, it may not' } });
  teller.restart();
  await teller.waitFor('backingOff', { timeout: 20_000 });
  await watcher.until(({ event, data }) => event === 'story' && JSON.stringify(data).includes('init with'));
  await audience.until(({ data }) => JSON.stringify(data).includes('"state":"backingOff"'));
  const paths = ['', '/teller', '/teller/log', '/teller/diagnosis'].map(
    (path) => `/api/v1/connections${path}`,
  );
  const answers = await Promise.all(['/', '/api/v1/status', ...paths].map((path) => ask(dashboard, path)));
  const everything = [
    ...answers.map(({ text, headers }) => text + JSON.stringify(headers)),
    audience.text,
    watcher.text,
  ].join('\n');
  expect(everything.match(/\[secret\]/g)?.length).toBeGreaterThan(20);
  expect(tokens.size).toBeGreaterThan(0);
  const hidden = [
    'correct',
    'horse',
    'battery staple',
    '0451-9',
    '271828182',
    'Grüße',
    encodeURIComponent('Grüße'),
    'it may',
  ];
  for (const secret of [...hidden, 'another one', marked, dashboard.token, ...tokens])
    expect({ secret, isTold: everything.includes(secret) }).toEqual({ secret, isTold: false });
});
