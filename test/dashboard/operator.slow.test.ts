import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDashboard, type Dashboard } from '../../src/dashboard/index.ts';
import { createManager, nodeModule, type Manager } from '../../src/index.ts';
import { hasBrowser, launch } from './browser.ts';

const module = nodeModule({ path: join(import.meta.dirname, 'fixtures/says-its-number.js') });
const talkative = nodeModule({ path: join(import.meta.dirname, 'fixtures/says-too-much.js') });

describe.runIf(hasBrowser)('who looks at the dashboard for long', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let manager: Manager;
  let dashboard: Dashboard;

  const open = (path = '') => page.goto(dashboard.link.replace(dashboard.url, dashboard.url + path));
  const state = (text: string) => page.locator('h1 .state', { hasText: text }).waitFor();
  const line = (now: string) => page.locator(`#link[data-line="${now}"]`).waitFor();
  const lines = () => page.locator('.line .text').allTextContents();
  const focused = () => page.locator(':focus').textContent();
  const kill = async (id: string) => {
    const connection = manager.get(id);
    const { incarnation, pid } = connection.status;
    process.kill(pid!, 'SIGKILL');
    await connection.waitFor((status) => status.state === 'ready' && status.incarnation > incarnation);
  };
  const serveAnew = async (token = dashboard.token) => {
    const { port } = dashboard;
    await dashboard.close();
    dashboard = await createDashboard(manager, { port, token });
  };
  const hide = (isHidden: boolean) =>
    page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} });
      document.dispatchEvent(new Event('visibilitychange'))`);

  beforeAll(async () => {
    browser = await launch();
  });

  beforeEach(async () => {
    manager = createManager({ policy: { backoff: { initial: 10 } } });
    dashboard = await createDashboard(manager, { port: 0 });
    for (const id of ['lamp', 'mixer']) manager.add({ id, module });
    await Promise.all(manager.connections.map((each) => each.waitFor('ready')));
    context = await browser.newContext();
    context.setDefaultTimeout(20_000);
    page = await context.newPage();
  });

  afterEach(async () => {
    await context.close();
    await dashboard.close();
    await manager.stop({ force: true });
  });

  afterAll(() => browser?.close());

  it('gets in with a new link in the window that was refused, and with the whole link where the token is asked for', async () => {
    await open();
    await line('live');
    await serveAnew('another-token-of-16');
    await page.getByText('The server has another token now').waitFor();
    expect(await page.title()).toBe('? greenroom: not connected');
    await open();
    await line('live');
    await serveAnew('a-third-token-of-it');
    await page.getByLabel('Token').fill(dashboard.link);
    await page.keyboard.press('Enter');
    await line('live');
    expect(page.url()).toBe(dashboard.url);
  });

  it('sees the output that another server tells, and not what is left of the one before', async () => {
    await open('connections/mixer');
    await expect.poll(lines).toEqual(['this is number 1', 'it has come']);
    await page.getByRole('button', { name: 'Pause' }).click();
    await serveAnew();
    await line('live');
    await kill('mixer');
    await page.locator('.log [role="status"]', { hasText: 'paused, 2 new' }).waitFor();
    expect(await lines()).toEqual(['this is number 1', 'it has come']);
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect.poll(lines).toEqual(['this is number 2', 'it has come']);
  });

  it('can filter output that is held, which stays as it is', async () => {
    await open('connections/mixer');
    await expect.poll(lines).toEqual(['this is number 1', 'it has come']);
    await page.getByRole('button', { name: 'Pause' }).click();
    await kill('mixer');
    await page.locator('.log [role="status"]', { hasText: 'paused, 2 new' }).waitFor();
    await page.getByLabel('Filter lines').fill('number');
    expect(await lines()).toEqual(['this is number 1']);
    await page.locator('.log [role="status"]', { hasText: 'paused, 2 new · 1 of 2 lines' }).waitFor();
    await page.getByRole('button', { name: 'Go on' }).click();
    expect(await lines()).toEqual(['this is number 1', 'this is number 2']);
  });

  it('finds a connection again that an app adds only after its server is back', async () => {
    await open('connections/mixer');
    await state('ready');
    await manager.stop({ force: true });
    manager = createManager();
    await serveAnew();
    await page.getByText('There is no connection "mixer" any more.').waitFor();
    // It may have heard of that from the old server, and be told by the new one.
    await expect.poll(() => page.title()).toBe('– mixer: not there');
    manager.add({ id: 'mixer', module });
    await state('ready');
    await line('live');
    expect(await lines()).toEqual(['this is number 1', 'it has come']);
  });

  it('is told when a connection was removed, and sees it when it is there again', async () => {
    await open('connections/mixer');
    await state('ready');
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('There is no connection "mixer" any more.').waitFor();
    manager.add({ id: 'mixer', module });
    await state('ready');
  });

  it('keeps the focus of the keyboard when a button goes and when another run ends', async () => {
    await open('connections/mixer');
    await state('ready');
    await page.getByRole('button', { name: 'Disable' }).press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Enter');
    await state('disabled');
    await expect.poll(focused).toBe('Enable');
    await page.keyboard.press('Enter');
    await state('ready');
    await expect.poll(focused).toBe('Restart');
    await page.getByRole('region', { name: 'Last words of incarnation 1' }).focus();
    await kill('mixer');
    await page.getByRole('region', { name: 'Last words of incarnation 2' }).waitFor();
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Last words of incarnation 1');
  });

  it('comes back to the filter and to the connection it left', async () => {
    await open('?search=mix');
    await page.locator('.rows li:not([hidden]) .name', { hasText: 'mixer' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await state('ready');
    await page.keyboard.press('Escape');
    await page.locator('a.row:focus', { hasText: 'mixer' }).waitFor();
    expect(page.url()).toBe(`${dashboard.url}?search=mix`);
    expect(await page.locator('.rows li:not([hidden])').count()).toBe(1);
  });

  it('reads no state in the title of a window that does not follow', async () => {
    await open('connections/mixer');
    await expect.poll(() => page.title()).toBe('● mixer: ready');
    await hide(true);
    expect(await page.title()).toBe('‖ mixer: not followed while hidden');
    manager.get('mixer').disable();
    await hide(false);
    await expect.poll(() => page.title()).toBe('– mixer: disabled');
  });

  it('sees texts of modules as texts: no markup, no colours of terminals, and none so long that it takes the room of all others', async () => {
    const markup = '<img src="x" onerror="document.title = 1">';
    manager.add({ id: markup, label: 'long'.repeat(400), module: talkative });
    // Half a character, which no address can have.
    manager.add({ id: '\uD800', module: talkative });
    await open();
    await page.locator('.row .name', { hasText: markup }).click();
    await state('ready');
    await page.locator('.why, dd', { hasText: `${markup} and on and on` }).waitFor();
    await expect.poll(lines).toEqual(['red', `${markup} backwards`]);
    expect(await page.locator('img').count()).toBe(0);
    const [width, room, answers] = await page.evaluate<[number, number, number]>(
      '[document.documentElement.scrollWidth, innerWidth, document.querySelector(".answers").clientHeight]',
    );
    expect(width).toBe(room);
    expect(answers).toBeLessThan(300);
    expect(await page.locator('dd').filter({ hasText: 'says that it has trouble' }).count()).toBe(1);
  });

  it('is never kept waiting for rows that are put in order: so many move at a time, and all are in their places in the end', async () => {
    await open();
    const rounds = await page.evaluate<{ isInOrder: boolean; tasks: number }[]>(`(async () => {
      const { arrange } = await import('/assets/arrange.js');
      const list = document.createElement('ul');
      const nodes = Array.from({ length: 60 }, () => document.createElement('li'));
      return Array.from({ length: 40 }, (_, round) => {
        const order = nodes.slice(round % 3).map((node, index) => [(index * 37 + round * 11) % (7 + round), node]);
        const wanted = order.toSorted(([a], [b]) => a - b).map(([, node]) => node);
        let tasks = 1;
        while (!arrange(list, wanted, 10) && tasks < 99) tasks += 1;
        return { isInOrder: wanted.every((node, index) => node === list.children[index]), tasks };
      });
    })()`);
    expect(rounds.filter(({ isInOrder }) => !isInOrder)).toEqual([]);
    expect(Math.max(...rounds.map(({ tasks }) => tasks))).toBeLessThan(10);
  });

  it('is told what was answered in place of the news, and does not lose the page over it', async () => {
    await open();
    await line('live');
    await page.route('**/events*', (route) => route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' }));
    await serveAnew();
    await page.locator('#link', { hasText: 'It answered 502.' }).waitFor();
    await page.unroute('**/events*');
    await line('live');
  });
});
