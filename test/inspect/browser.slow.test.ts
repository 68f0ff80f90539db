import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Frame as PageFrame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, type Rollup } from 'vite';
import { classicFeed } from '../../packages/inspect-classic/src/index.ts';
import { createManager, type Connection, type Manager } from '../../src/index.ts';
import { createInspector, statelyFeed, type Inspector } from '../../src/inspect/index.ts';
import { hasBrowser, launch } from '../dashboard/browser.ts';
import type { Frame } from './kit.ts';

const root = join(import.meta.dirname, '../..');
const programs = {
  stately: join(root, 'test/inspect/fixtures/stately-page.mjs'),
  classic: join(root, 'packages/inspect-classic/test/window-viewer.mjs'),
};

describe.runIf(hasBrowser)('the receivers of both packages in a page of another origin', () => {
  let viewers: Server;
  let browser: Browser;
  let manager: Manager;
  let inspector: Inspector;
  let lamp: Connection;
  let port = 0;
  const troubles: string[] = [];

  beforeAll(async () => {
    viewers = await serve({
      stately: await bundle(programs.stately),
      classic: await bundle(programs.classic),
    });
    const viewerAt = (name: string): { viewer: string } => ({
      viewer: `http://localhost:${(viewers.address() as AddressInfo).port}/${name}`,
    });
    manager = createManager();
    const feeds = [statelyFeed(viewerAt('stately')), classicFeed(viewerAt('classic'))];
    inspector = await createInspector(manager, { port: 0, feeds });
    ({ port } = inspector);
    lamp = manager.add({ id: 'lamp', module: join(root, 'test/manager/fixtures/echo.js') });
    await lamp.waitFor('ready', { timeout: 20_000 });
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    await inspector?.close();
    await manager?.stop({ force: true });
    viewers?.close();
  });

  async function open(feed: string) {
    const page = await browser.newPage();
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(String(error)));
    await page.goto(String(inspector.feeds[feed]?.link));
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    const [, viewer] = page.frames();
    return { page, viewer: viewer as PageFrame };
  }

  const read = (viewer: PageFrame): Promise<Frame[]> =>
    viewer.evaluate(() => (globalThis as unknown as { seen: Frame[] }).seen);

  it.each(['stately', 'classic'])(
    'follow a crash and back in the %s feed, from a link that then shows no token',
    async (feed) => {
      const { page, viewer } = await open(feed);
      expect(page.url()).toBe(`http://127.0.0.1:${port}/${feed}`);
      const { incarnation } = lamp.status;
      process.kill(lamp.status.pid!, 'SIGKILL');
      await lamp.waitFor((status) => status.state === 'ready' && status.incarnation > incarnation, {
        timeout: 20_000,
      });
      const parts = (frame: Frame): string => JSON.stringify(frame['snapshot'] ?? frame['value'] ?? '');
      await expect
        .poll(
          async () =>
            (await read(viewer)).filter((frame) => parts(frame).includes('"operational":"ready"')).length,
          { timeout: 20_000 },
        )
        .toBeGreaterThan(1);
      const seen = await read(viewer);
      expect(seen[0]).toMatchObject(
        feed === 'stately'
          ? { type: '@xstate.actor', name: 'lamp' }
          : { type: 'service.register', id: 'lamp' },
      );
      expect(JSON.stringify(seen)).toContain('process.exited');
      await page.close();
    },
  );

  it('begin with the token of a link that is opened where the page is already', async () => {
    const page = await browser.newPage();
    const link = String(inspector.feeds['stately']?.link);
    await page.goto(link.replace(inspector.token, 'no-token-that-is-known'));
    await page.getByRole('status').filter({ hasText: 'does not answer' }).waitFor();
    await page.goto(link);
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await page.close();
    // The browser says that its first WebSocket was refused.
    troubles.length = 0;
  });

  it('get the actors anew when the viewer or the whole page is loaded again', async () => {
    const { page, viewer } = await open('stately');
    await viewer.evaluate('location.reload()');
    await expect.poll(async () => (await read(viewer).catch(() => [])).length).toBeGreaterThan(0);
    await page.reload();
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await expect
      .poll(async () => (await read(page.frames()[1] as PageFrame).catch(() => [])).length)
      .toBeGreaterThan(0);
    await page.close();
  });

  it('are told by the page when the inspector is gone, and go on when it is back', async () => {
    const { page, viewer } = await open('stately');
    await inspector.close();
    await page.getByRole('status').filter({ hasText: 'does not answer' }).waitFor();
    const before = (await read(viewer)).length;
    const { token } = inspector;
    const [name, viewerAddress] = ['stately', String(await page.locator('body').getAttribute('data-viewer'))];
    const back = await createInspector(manager, {
      port,
      token,
      feeds: [statelyFeed({ viewer: viewerAddress })],
    });
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor();
    await expect.poll(async () => (await read(viewer)).length).toBeGreaterThan(before);
    expect(back.feeds[name]?.link).toBe(inspector.feeds[name]?.link);
    await page.close();
    inspector = back;
  });

  it('get nothing from a page that has no token, and no other page gets anything', async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/stately`);
    await page.getByRole('status').filter({ hasText: 'needs its token' }).waitFor();
    expect(page.frames()).toHaveLength(2);
    const stranger = await browser.newPage();
    await stranger.goto(`http://localhost:${(viewers.address() as AddressInfo).port}/stately`);
    const outcome = await stranger.evaluate(
      (address) =>
        new Promise((resolve) => {
          const socket = new WebSocket(address);
          socket.addEventListener('open', () => resolve('open'));
          socket.addEventListener('error', () => resolve('refused'));
        }),
      String(inspector.feeds['stately']?.socket),
    );
    expect(outcome).toBe('refused');
  });

  it('meet no error in the console but that of the lost inspector', () => {
    expect(troubles.filter((text) => !/ERR_CONNECTION_REFUSED|WebSocket/.test(text))).toEqual([]);
  });
});

/** A page's program with all it imports, each package with its own XState. */
async function bundle(entry: string): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    root: import.meta.dirname,
    build: { write: false, minify: false, rollupOptions: { input: entry } },
  })) as Rollup.RollupOutput;
  return built.output[0].code;
}

/** At `/<name>` a page that runs the program of this name, as the hosted viewers would be. */
function serve(scripts: Record<string, string>): Promise<Server> {
  const server = createServer(({ url = '' }, response) => {
    const [, name = '', file] = url.split('/');
    const script = file === 'main.js';
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.end(
      script
        ? scripts[name]
        : `<link rel="icon" href="data:," /><script type="module" src="/${name}/main.js"></script>`,
    );
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
