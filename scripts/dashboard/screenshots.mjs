/** Makes the pictures of docs/images. Needs a built `dist` and Chromium. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDashboard } from '../../dist/dashboard/index.js';
import { launch } from './browser.mjs';
import { crowd } from './crowd.mjs';
import { studio } from './studio.mjs';

const folder = join(import.meta.dirname, '../../docs/images');
mkdirSync(folder, { recursive: true });
const browser = await launch();

const { manager, dashboard } = await studio();
await shoot(dashboard, 'overview-light', { path: '' });
await shoot(dashboard, 'overview-dark', { path: '', colorScheme: 'dark' });
await shoot(dashboard, 'connection-light', { path: 'connections/projector', height: 1500 });
await shoot(dashboard, 'connection-dark', { path: 'connections/mixer', height: 1500, colorScheme: 'dark' });
await shoot(dashboard, 'phone-overview', { path: '', width: 390, height: 844 });
await shoot(dashboard, 'phone-connection', {
  path: 'connections/projector',
  width: 390,
  height: 844,
  colorScheme: 'dark',
});
await dashboard.close();
await manager[Symbol.asyncDispose]();

const shift = 65 * 60_000;
const { manager: many, clock, start } = crowd({ period: 2600, share: 0.008, since: Date.now() - shift });
Date.now = clock.now;
const big = await createDashboard(many, { port: 0 });
start();
await many.advance(shift);
await shoot(big, 'five-hundred', { path: '', colorScheme: 'dark' });
await big.close();
await browser.close();
// 500 virtual connections have no processes that would have to be stopped.
process.exit(0);

async function shoot({ link, url }, name, { path, width = 1280, height = 800, colorScheme = 'light' }) {
  const page = await browser.newPage({ colorScheme, viewport: { width, height } });
  await page.goto(link.replace(url, url + path));
  await page.locator('main [data-health]').first().waitFor();
  await page.locator('#link[data-line="live"]').waitFor();
  // The picture of a second later is the one people see.
  await page.waitForTimeout(1200);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await page.close();
}
