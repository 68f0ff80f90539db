/**
 * Shows 500 connections that change 1,000 states per second and says what that costs: the longest tasks of a page that shows them, as
 * PerformanceObserver tells them, and the time on the processor that dashboard and viewer take of the host. What the connections tell was recorded from real
 * statecharts and is told again, so that nothing else takes any of that time. Needs a built `dist` and Chromium.
 * `--seconds 10`: how long each part is measured. `--strict`: ends with 1 when a goal is missed.
 */
import { parseArgs } from 'node:util';
import { createDashboard } from '../../dist/dashboard/index.js';
import { launch } from './browser.mjs';
import { filmed, screen } from './crowd.mjs';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, strict: { type: 'boolean', default: false } },
});
const seconds = Number(values.seconds);
const goals = { changesPerSecond: 1000, longestTask: 100, hostShare: 0.1 };
const film = await filmed({ period: 3200, milliseconds: 10_000 });
const manager = screen(film);
let changes = 0;
manager.on('status', ({ status, previous }) => {
  if (status.state !== previous.state || status.step !== previous.step) changes += 1;
});

const browser = await launch();
const page = await browser.newPage();
const errors = [];
page.on('pageerror', (error) => errors.push(String(error)));
await page.addInitScript(() => {
  globalThis.longTasks = [];
  const observer = new PerformanceObserver((list) => globalThis.longTasks.push(...list.getEntries()));
  observer.observe({ type: 'longtask' });
});
const parts = { alone: nothing(), absent: nothing(), watched: nothing() };
await rest(2);
await measure(parts.alone);
const dashboard = await createDashboard(manager, { port: 0 });
await measure(parts.absent);
await page.goto(dashboard.link);
await page.locator('.row[data-health="ok"]').first().waitFor();
await rest(2);
await page.evaluate(() => (globalThis.longTasks.length = 0));
await measure(parts.watched);
const tasks = await page.evaluate(() => globalThis.longTasks.map(({ duration }) => duration));
const rows = await page.locator('.rows li').count();
await browser.close();
await dashboard.close();
manager.end();
report();
process.exit(verdict());

async function measure(part) {
  const from = { at: performance.now(), cpu: process.cpuUsage(), changes };
  await rest(seconds);
  const { user, system } = process.cpuUsage(from.cpu);
  part.wall += (performance.now() - from.at) / 1000;
  part.spent += (user + system) / 1e6;
  part.changes += changes - from.changes;
}

function nothing() {
  return { wall: 0, spent: 0, changes: 0 };
}

function rest(time) {
  return new Promise((resolve) => setTimeout(resolve, time * 1000));
}

function report() {
  const { alone, absent, watched } = parts;
  const lines = [
    ['connections shown', `${rows}`],
    [
      'changes of state per second',
      `${(watched.changes / watched.wall).toFixed(0)} (goal: ${goals.changesPerSecond})`,
    ],
    ['host, telling it to nobody', percent(costOf(alone))],
    ['host, dashboard, no viewer', percent(costOf(absent))],
    ['host, dashboard, one viewer', `${percent(costOf(watched))} (goal: below ${percent(goals.hostShare)})`],
    [
      'tasks of the page over 50 ms',
      `${tasks.length} in ${seconds} s, the longest ${longest().toFixed(0)} ms (goal: below ${goals.longestTask} ms)`,
    ],
    ...errors.map((error) => ['error in the page', error]),
  ];
  for (const [name, value] of lines) console.log(`${name.padEnd(30)}${value}`);
}

/** The share of a core that 1,000 changes per second take: parts may have had more of them or fewer. */
function costOf({ spent, changes: count }) {
  return (1000 * spent) / count;
}

function longest() {
  return Math.max(0, ...tasks);
}

function percent(share) {
  return `${(100 * share).toFixed(1)} % of a core`;
}

function verdict() {
  if (rows < 500 || errors.length > 0) return 1;
  const { changes: count, wall } = parts.watched;
  const isMet =
    costOf(parts.watched) < goals.hostShare &&
    longest() < goals.longestTask &&
    count / wall > 0.9 * goals.changesPerSecond;
  return isMet || !values.strict ? 0 : 1;
}
