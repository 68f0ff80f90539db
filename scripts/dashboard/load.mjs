/**
 * Lets 500 connections change 1,000 states per second and says what that costs: the longest tasks of a page that shows them, as
 * PerformanceObserver tells them, and the time on the processor that dashboard and viewer add to the host. Needs a built `dist` and Chromium.
 * `--seconds 10`: how long each half is measured. `--strict`: ends with 1 when a goal is missed.
 */
import { parseArgs } from 'node:util';
import { createDashboard } from '../../dist/dashboard/index.js';
import { launch } from './browser.mjs';
import { crowd } from './crowd.mjs';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, strict: { type: 'boolean', default: false } },
});
const seconds = Number(values.seconds);
const goals = { changesPerSecond: 1000, longestTask: 100, hostShare: 0.1 };
const turn = 20;

const { manager, clock, start } = crowd({ period: 3200 });
let changes = 0;
manager.on('status', ({ status, previous }) => {
  if (status.state !== previous.state || status.step !== previous.step) changes += 1;
});
start();
let isOver = false;
const running = play();

await rest(2);
const alone = await measured();
const dashboard = await createDashboard(manager, { port: 0 });
const absent = await measured();
const browser = await launch();
const page = await browser.newPage();
const errors = [];
page.on('pageerror', (error) => errors.push(String(error)));
await page.addInitScript(() => {
  globalThis.longTasks = [];
  new PerformanceObserver((list) =>
    globalThis.longTasks.push(...list.getEntries().map(({ duration }) => duration)),
  ).observe({ type: 'longtask' });
});
await page.goto(dashboard.link);
await page.locator('.row[data-health="ok"]').first().waitFor();
await rest(2);
await page.evaluate(() => (globalThis.longTasks.length = 0));
const watched = await measured();
const tasks = await page.evaluate(() => globalThis.longTasks);
const rows = await page.locator('.rows li').count();
isOver = true;
await running;
await browser.close();
await dashboard.close();
report();
process.exit(verdict());

/** Turns the clock as fast as time goes. */
async function play() {
  while (!isOver) {
    const late = Date.now() - clock.now();
    if (late > 0) await manager.advance(late);
    await new Promise((resolve) => setTimeout(resolve, turn));
  }
}

async function measured() {
  const from = { at: performance.now(), cpu: process.cpuUsage(), changes };
  await rest(seconds);
  const wall = (performance.now() - from.at) / 1000;
  const { user, system } = process.cpuUsage(from.cpu);
  return { share: (user + system) / 1e6 / wall, rate: (changes - from.changes) / wall };
}

function rest(time) {
  return new Promise((resolve) => setTimeout(resolve, time * 1000));
}

function report() {
  const percent = (share) => `${(100 * share).toFixed(1)} % of a core`;
  const longest = Math.max(0, ...tasks);
  console.log(`connections shown            ${rows}`);
  console.log(`changes of state per second  ${watched.rate.toFixed(0)} (goal: ${goals.changesPerSecond})`);
  console.log(`host without dashboard       ${percent(alone.share)}: the load itself`);
  console.log(`dashboard without viewer     ${percent(absent.share - alone.share)} more`);
  console.log(
    `dashboard with a viewer      ${percent(watched.share - alone.share)} more (goal: below ${percent(goals.hostShare)})`,
  );
  console.log(
    `tasks of the page over 50 ms ${tasks.length} in ${seconds} s, the longest ${longest.toFixed(0)} ms (goal: below ${goals.longestTask} ms)`,
  );
  for (const error of errors) console.log(`error in the page: ${error}`);
}

function verdict() {
  if (rows < 500 || errors.length > 0) return 1;
  if (!values.strict) return 0;
  const isMissed = watched.share - alone.share > goals.hostShare || Math.max(0, ...tasks) > goals.longestTask;
  return isMissed || watched.rate < 0.9 * goals.changesPerSecond ? 1 : 0;
}
