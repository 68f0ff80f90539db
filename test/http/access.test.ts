import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createDashboard } from '../../src/dashboard/index.ts';
import { createManager } from '../../src/index.ts';
import { ask, serve } from './kit.ts';

const paths = [
  '/api/v1/status',
  '/api/v1/connections',
  '/api/v1/events',
  '/api/v1/openapi.json',
  '/metrics',
  '/api/v2/status',
];

describe('the server', () => {
  it('answers nobody without the token, whatever is asked', async () => {
    const dashboard = await serve(createManager());
    for (const path of paths)
      expect(await ask(dashboard, path, { headers: { authorization: '' } })).toMatchObject({
        status: 401,
        headers: {
          'www-authenticate': 'Bearer realm="greenroom"',
          'content-type': 'application/problem+json',
        },
      });
    const wrong = [
      'Bearer x',
      `Bearer ${dashboard.token}x`,
      `Bearer ${dashboard.token.slice(1)}`,
      `Basic ${dashboard.token}`,
    ];
    for (const authorization of wrong)
      expect(await ask(dashboard, '/api/v1/status', { headers: { authorization } })).toMatchObject({
        status: 401,
      });
    expect(await ask(dashboard, '/api/v1/status')).toMatchObject({ status: 200 });
  });

  it('answers no page of another origin, even with the token', async () => {
    const dashboard = await serve(createManager());
    const refused: Record<string, string>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `https://127.0.0.1:${dashboard.port}` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of refused)
      expect(await ask(dashboard, '/api/v1/status', { headers })).toMatchObject({ status: 403 });
    const own = { origin: `http://127.0.0.1:${dashboard.port}`, 'sec-fetch-site': 'same-origin' };
    const answer = await ask(dashboard, '/api/v1/status', { headers: own });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('answers under its own names only, its page included', async () => {
    const dashboard = await serve(createManager(), {
      allowedHosts: ['studio.example', 'other.example:8080'],
    });
    const statusFor = async (host: string, path = '/'): Promise<number> =>
      (await ask(dashboard, path, { headers: { host } })).status;
    for (const host of [
      'evil.example',
      `evil.example:${dashboard.port}`,
      '127.0.0.1',
      'localhost:1',
      'other.example',
    ]) {
      expect(await statusFor(host)).toBe(421);
      expect(await statusFor(host, '/api/v1/status')).toBe(421);
    }
    const { port } = dashboard;
    for (const host of [
      `127.0.0.1:${port}`,
      `LOCALHOST:${port}`,
      `studio.example:${port}`,
      'other.example:8080',
    ])
      expect(await statusFor(host)).toBe(200);
  });

  it('answers the pages that a proxy serves by HTTPS under the origins the app names, and their host', async () => {
    const origin = 'https://studio.example';
    const dashboard = await serve(createManager(), {
      publicOrigins: [origin, 'https://other.example:8443/'],
    });
    const statusFor = async (headers: Record<string, string>): Promise<number> =>
      (await ask(dashboard, '/api/v1/status', { headers })).status;
    const own = `127.0.0.1:${dashboard.port}`;
    expect(await statusFor({ origin, host: 'studio.example' })).toBe(200);
    expect(await statusFor({ origin, host: own, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await statusFor({ origin: 'https://other.example:8443', host: 'other.example:8443' })).toBe(200);
    expect(await statusFor({ origin: `http://${own}`, host: own })).toBe(200);
    for (const foreign of [
      'https://evil.example',
      'https://studio.example.evil',
      'https://other.example',
      `https://${own}`,
    ])
      expect(await statusFor({ origin: foreign, host: own })).toBe(403);
    expect(await statusFor({ origin, host: own, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusFor({ host: 'studio.example:8080' })).toBe(421);
  });

  it.each([
    'studio.example',
    'https://studio.example/dashboard',
    'ftp://studio.example',
    'https://a:b@studio.example',
    '',
  ])('refuses the public origin %o', async (origin) => {
    await expect(createDashboard(createManager(), { publicOrigins: [origin] })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      message: expect.stringContaining('publicOrigins') as string,
    });
  });

  it('serves a page that loads nothing from elsewhere and can not be framed', async () => {
    const dashboard = await serve(createManager());
    const { headers, text } = await ask(dashboard, '/connections/any', { headers: { authorization: '' } });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; script-src 'self';.* frame-ancestors 'none'/,
    );
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' });
    expect(text).not.toMatch(/https?:|<script>|style=|onclick=/);
    expect(text).not.toContain(dashboard.token);
  });

  it('refuses what it does not know, and says what it would take', async () => {
    const dashboard = await serve(createManager());
    expect(await ask(dashboard, '/../package.json')).toMatchObject({ status: 404 });
    expect(await ask(dashboard, '/assets/missing.js')).toMatchObject({ status: 404 });
    expect(await ask(dashboard, '/', { method: 'POST' })).toMatchObject({ status: 405 });
    expect(await ask(dashboard, '/api/v1/nonsense')).toMatchObject({ status: 404 });
    expect(await ask(dashboard, '/api/v1/connections/%zz')).toMatchObject({ status: 400 });
    expect(await ask(dashboard, '/api/v1/status', { method: 'DELETE' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
    });
  });

  it('has a token of its own unless one is given, and refuses a short one', async () => {
    const manager = createManager();
    const [one, other] = [await serve(manager), await serve(manager)];
    expect(one.token).toMatch(/^[\da-f]{64}$/);
    expect(other.token).not.toBe(one.token);
    expect(one.link).toBe(`http://127.0.0.1:${one.port}/#token=${one.token}`);
    await expect(createDashboard(manager, { token: 'secret' })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
    await expect(createDashboard(manager, { port: 70_000 })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });

  it('says which port is taken, and closes for good', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(createDashboard(createManager(), { port })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: expect.stringContaining(`port ${port} of 127.0.0.1: something else listens there`) as string,
    });
    other.close();
    const dashboard = await createDashboard(createManager(), { port: 0 });
    await dashboard.close();
    await expect(ask(dashboard, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await dashboard.close();
  });
});
