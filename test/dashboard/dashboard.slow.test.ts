import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDashboard, type Dashboard } from '../../src/dashboard/index.ts';
import { createManager, nodeModule, type Manager } from '../../src/index.ts';
import { hasBrowser, launch } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenroom-dashboard-'));
const gate = join(folder, 'gate');
const module = nodeModule({
  path: join(import.meta.dirname, 'fixtures/waits-at-the-gate.js'),
  permissions: { read: [folder] },
});
const ids = ['camera', 'desk', 'lamp', 'mixer', 'screen'];

describe.runIf(hasBrowser)('the dashboard in a browser', () => {
  let manager: Manager;
  let dashboard: Dashboard;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const troubles: string[] = [];
  const requests: string[] = [];

  const row = (id: string) => page.locator(`a.row[href="/connections/${id}"]`);
  const is = (id: string, state: string) => row(id).locator('.state', { hasText: state }).waitFor();
  const headline = (text: string | RegExp) => page.locator('h1', { hasText: text }).waitFor();
  const line = (state: string) => page.locator(`#link[data-line="${state}"]`).waitFor();

  beforeAll(async () => {
    manager = createManager();
    dashboard = await createDashboard(manager, { port: 0 });
    for (const id of ids) manager.add({ id, module, config: { gate } });
    browser = await launch();
    context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    context.setDefaultTimeout(20_000);
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('request', (request) => requests.push(request.url()));
  });

  afterAll(async () => {
    await browser?.close();
    await dashboard?.close();
    await manager?.stop({ force: true });
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets nobody in without the token, from another origin or under another name', async () => {
    const stranger = await browser.newPage();
    await stranger.goto(dashboard.url);
    await stranger.getByRole('heading', { name: 'This dashboard needs its token' }).waitFor();
    const elsewhere = createServer((_, response) => response.end('<p>elsewhere</p>'));
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    await stranger.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    const attempt = { url: `${dashboard.url}api/v1/status`, authorization: `Bearer ${dashboard.token}` };
    const outcome = await stranger.evaluate(
      ({ url, authorization }) =>
        Promise.all([
          fetch(url, { headers: { authorization } }).then(String, () => 'refused'),
          fetch(url, { mode: 'no-cors' }).then(String, () => 'refused'),
        ]),
      attempt,
    );
    elsewhere.close();
    expect(outcome).toEqual(['refused', 'refused']);
    const rebound = await stranger.goto(`http://evil.example:${dashboard.port}/`);
    expect(rebound?.status()).toBe(421);
    await stranger.close();
  });

  it('opens with the link, which then shows no token, and lists all connections', async () => {
    await page.goto(dashboard.link);
    await headline('All 5 are ready');
    expect(page.url()).toBe(dashboard.url);
    await expect.poll(() => page.locator('.rows .name').allTextContents()).toEqual(ids);
    await row('lamp').locator('.why', { hasText: 'hums' }).waitFor();
    await line('live');
  });

  it('shows a connection fall and recover without a reload', async () => {
    process.kill(manager.get('mixer').status.pid!, 'SIGKILL');
    await is('mixer', 'initialising');
    await headline('4 of 5 ready, 1 on the way');
    await page.locator('.rows li:first-child .name', { hasText: 'mixer' }).waitFor();
    writeFileSync(gate, '');
    await is('mixer', 'ready');
    await headline('All 5 are ready');
    await row('mixer').locator('.next', { hasText: 'killed by SIGKILL while ready' }).waitFor();
    await row('mixer').locator('.restarts', { hasText: '1 restart' }).waitFor();
  });

  it('finds connections by keyboard, keeps the filter in the address, and opens one', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('mix');
    await page.locator('.rows li:not([hidden])', { hasText: 'mixer' }).waitFor();
    expect(await page.locator('.rows li:not([hidden])').count()).toBe(1);
    expect(page.url()).toBe(`${dashboard.url}?search=mix`);
    await page.locator('h1').click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await headline('mixer');
    expect(page.url()).toBe(`${dashboard.url}connections/mixer`);
  });

  it('shows the lit state, exit and last words of a connection', async () => {
    await page.locator('.is-lit[data-state="ready"]').waitFor();
    expect(await page.locator('.is-lit').count()).toBe(1);
    expect(await page.locator('.is-lit > title').textContent()).toBe(
      'ready: Registered with its own token, initialised, and it answers.',
    );
    await page.locator('.arrow[data-age="0"][data-from="initialising"]').waitFor({ state: 'attached' });
    const life = page.locator('details[open]');
    expect(await life.locator('.end').textContent()).toBe('killed by SIGKILL while ready');
    expect(await life.locator('.facts-line').textContent()).toContain(
      'cause signal · phase ready · signal SIGKILL',
    );
    expect((await life.locator('pre').textContent())?.split('\n').toSorted()).toEqual([
      'a straw',
      'another straw',
      'the needle',
    ]);
  });

  it('shows the process that waits to take over, and what it takes', async () => {
    const mixer = manager.get('mixer');
    mixer.update({ policy: { standby: true } });
    const { spare } = await mixer.waitFor((status) => status.spare !== null);
    const fact = page.locator('.process-facts div', { hasText: 'waits to take over' }).locator('dd');
    await expect
      .poll(() => fact.textContent(), { timeout: 20_000 })
      .toMatch(new RegExp(`^process ${spare} · \\d+ MB$`));
    mixer.update({ policy: { standby: false } });
    await fact.waitFor({ state: 'detached' });
  });

  it('filters and holds the log', async () => {
    await page.locator('.line', { hasText: '#2' }).first().waitFor();
    await page.getByLabel('Filter lines').fill('needle');
    expect(await page.locator('.line .text').allTextContents()).toEqual(['the needle', 'the needle']);
    await page.getByRole('button', { name: 'Pause' }).click();
    process.kill(manager.get('mixer').status.pid!, 'SIGKILL');
    await page.locator('.log [role="status"]', { hasText: 'paused, 3 new' }).waitFor();
    expect(await page.locator('.line').count()).toBe(2);
    await page.getByRole('button', { name: 'Go on' }).click();
    expect(await page.locator('.line').count()).toBe(3);
  });

  it('restarts by keyboard, after asking', async () => {
    await page.locator('h1 .state', { hasText: 'ready' }).waitFor();
    await page.getByRole('button', { name: 'Restart' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Restart mixer?' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const before = manager.get('mixer').status.incarnation;
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.said', { hasText: 'Restart: ordered.' }).waitFor();
    await page.locator('.timeline li[data-kind="order"]', { hasText: 'restart' }).waitFor();
    await manager
      .get('mixer')
      .waitFor(({ state, incarnation }) => state === 'ready' && incarnation === before + 1);
    await page.getByRole('button', { name: 'Copy diagnosis' }).click();
    await page.locator('.said', { hasText: 'clipboard' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(/^Connection mixer: ready since/);
  });

  it('says when it lost the server, and comes back by itself', async () => {
    const { port, token } = dashboard;
    await dashboard.close();
    await line('lost');
    expect(await page.locator('#link').textContent()).toContain('may not be true any more');
    dashboard = await createDashboard(manager, { port, token });
    await line('live');
    manager.get('mixer').disable();
    await page.locator('h1 .state', { hasText: 'disabled' }).waitFor();
    await page.keyboard.press('Escape');
    await headline('All 4 are ready');
  });

  it('is accessible on both pages and when it asks, light and dark', async () => {
    for (const path of ['', 'connections/mixer']) {
      await page.emulateMedia({ colorScheme: 'light' });
      await page.goto(dashboard.url + path);
      await page.locator('main [data-health]').first().waitFor();
      await line('live');
      expect(await violationsOn(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violationsOn(page)).toEqual([]);
    }
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('fits the width of a phone', async () => {
    await page.setViewportSize({ width: 360, height: 720 });
    for (const path of ['', 'connections/lamp']) {
      await page.goto(dashboard.url + path);
      await page.locator('main [data-health]').first().waitFor();
      const [scrollWidth, clientWidth] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      expect({ path, scrollWidth }).toEqual({ path, scrollWidth: clientWidth });
    }
  });

  it('asked nobody but its own server, and nothing went wrong in it', () => {
    expect(requests.filter((url) => !url.startsWith(dashboard.url))).toEqual([]);
    expect(
      troubles.filter((text) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|network error/i.test(text)),
    ).toEqual([]);
  });
});

async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  });
}
