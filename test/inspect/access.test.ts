import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { createManager } from '../../src/index.ts';
import { createInspector, statelyFeed, type Feed } from '../../src/inspect/index.ts';
import { ask } from '../http/kit.ts';
import { answerTo, inspect } from './kit.ts';

it('lets nobody watch without the token, and says so', async () => {
  const { port, token, feeds } = await inspect(createManager());
  const address = `ws://127.0.0.1:${port}/stately`;
  for (const query of ['', '?token=', `?token=${token}x`, `?token=${token.slice(1)}`, `?Token=${token}`])
    expect(await answerTo(address + query)).toBe(401);
  expect(await answerTo(address, { headers: { authorization: `Bearer ${token}` } })).toBe(401);
  expect(await answerTo(String(feeds['stately']?.socket))).toBe(101);
});

it('lets no page of another origin watch, even with the token', async () => {
  const { port, feeds } = await inspect(createManager());
  const address = String(feeds['stately']?.socket);
  for (const origin of ['http://evil.example', 'null', 'https://stately.ai', `https://127.0.0.1:${port}`])
    expect(await answerTo(address, { origin })).toBe(403);
  expect(await answerTo(address, { headers: { 'sec-fetch-site': 'cross-site' } })).toBe(403);
  expect(await answerTo(address, { origin: `http://127.0.0.1:${port}` })).toBe(101);
});

it('lets pages watch that a proxy serves by HTTPS under the origins the app names', async () => {
  const origin = 'https://studio.example';
  const { port, token, feeds } = await inspect(createManager(), { publicOrigins: [origin] });
  const address = String(feeds['stately']?.socket);
  expect(await answerTo(address, { origin })).toBe(101);
  expect(await answerTo(address, { origin, headers: { host: 'studio.example' } })).toBe(101);
  expect(await answerTo(address, { origin: 'https://evil.example' })).toBe(403);
  const { headers } = await ask({ port, token }, '/stately', { headers: { host: 'studio.example' } });
  expect(headers['content-security-policy']).toContain('wss://studio.example');
});

it('answers under its own names only, its pages included', async () => {
  const inspector = await inspect(createManager(), { allowedHosts: ['studio.example'] });
  const { port, token, feeds } = inspector;
  const statusFor = (host: string): Promise<number> =>
    answerTo(String(feeds['stately']?.socket), { headers: { host } });
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', 'localhost:1'])
    expect(await statusFor(host)).toBe(421);
  for (const host of [`localhost:${port}`, `studio.example:${port}`]) expect(await statusFor(host)).toBe(101);
  const page = await ask({ port, token }, '/stately', { headers: { host: 'evil.example' } });
  expect(page.status).toBe(421);
});

it('serves pages that embed the viewer, load nothing from elsewhere, can not be framed and hold no token', async () => {
  const { port, token } = await inspect(createManager());
  for (const path of ['/', '/stately']) {
    const { status, headers, text } = await ask({ port, token }, path, { headers: { authorization: '' } });
    expect(status).toBe(200);
    expect(text).toContain('data-viewer="https://stately.ai/inspect"');
    expect(text).not.toContain(token);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src ws:.* frame-src https:\/\/stately.ai; .*frame-ancestors 'none'/,
    );
  }
  expect(await ask({ port, token }, '/nothing')).toMatchObject({ status: 404 });
  expect(await ask({ port, token }, '/stately', { method: 'POST' })).toMatchObject({ status: 405 });
  expect(await answerTo(`ws://127.0.0.1:${port}/nothing?token=${token}`)).toBe(404);
});

it('lets sixteen viewers in and no more, until one leaves', async () => {
  const { feeds } = await inspect(createManager());
  const address = String(feeds['stately']?.socket);
  const answers = await Promise.all(Array.from({ length: 16 }, () => answerTo(address)));
  expect(new Set(answers)).toEqual(new Set([101]));
  expect(await answerTo(address)).toBe(503);
});

it('lets go of those it refuses, even if they keep their side open', async () => {
  const inspector = await inspect(createManager());
  const { port } = inspector;
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void client.destroy());
  const head = [
    'GET /stately HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'connection: upgrade',
    'upgrade: websocket',
  ];
  client.write(`${head.join('\r\n')}\r\n\r\n`);
  const text: string[] = [];
  client.on('data', (data) => text.push(data.toString()));
  await once(client, 'end');
  expect(text.join('')).toMatch(/^HTTP\/1.1 401 /);
  await inspector.close();
});

it('refuses options that make no sense', async () => {
  const manager = createManager();
  const feed = (differs: Partial<Feed>): Feed => ({ ...statelyFeed(), ...differs });
  const wrong = [
    { port: 70_000 },
    { token: 'short' },
    { viewerBytes: 1 },
    { feeds: [] },
    { feeds: [statelyFeed(), statelyFeed()] },
    { feeds: [feed({ name: 'Not A Name' })] },
    { feeds: [feed({ name: 'assets' })] },
    { feeds: [feed({ viewer: 'javascript:alert(1)' })] },
  ];
  for (const options of wrong)
    await expect(createInspector(manager, options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});

it('says which port is taken, and closes for good', async () => {
  const manager = createManager();
  const inspector = await inspect(manager);
  const { port, feeds } = inspector;
  await expect(createInspector(manager, { port })).rejects.toMatchObject({
    code: 'LISTEN_FAILED',
    message: expect.stringContaining(`The inspector can't listen on port ${port}`) as string,
  });
  await inspector.close();
  await inspector.close();
  await expect(answerTo(String(feeds['stately']?.socket))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
