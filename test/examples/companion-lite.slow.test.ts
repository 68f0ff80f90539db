import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// @ts-expect-error The example is plain JavaScript.
import { startLights } from '../../examples/companion-lite/lights-simulator.js';
// @ts-expect-error The example is plain JavaScript.
import { startProjector } from '../../examples/studio/devices/projector-simulator.js';
import { builtPath } from '../built.ts';
import { hasBrowser, launch } from '../dashboard/browser.ts';

interface Device {
  readonly port: number;
  close(): Promise<void>;
}

interface Case {
  readonly api: string;
  readonly module: string;
  readonly label: string;
  /** What is entered into the generated form, by label. */
  readonly settings: (devices: readonly Device[]) => Readonly<Record<string, string>>;
  /** What is entered for the action, and what it does. */
  readonly action: { readonly name: string; enter(action: ReturnType<Page['locator']>): Promise<unknown> };
  readonly variable: string;
  readonly value: string;
}

const cases: readonly Case[] = [
  {
    api: '1.4',
    module: 'studio-projector',
    label: 'Main projector',
    settings: ([projector]) => ({ Port: String(projector?.port) }),
    action: {
      name: 'Choose the input',
      enter: (action) => action.getByLabel('Input').selectOption('SDI'),
    },
    variable: 'Input',
    value: 'SDI',
  },
  {
    api: '2.0',
    module: 'stage-lights',
    label: 'Front lights',
    settings: ([, lights]) => ({ Port: String(lights?.port), PIN: '90210' }),
    action: { name: 'Set a level', enter: (action) => action.getByLabel('Level in %').fill('40') },
    variable: 'Level of 1',
    value: '40',
  },
];

describe.runIf(hasBrowser)('companion-lite in a browser', () => {
  const data = mkdtempSync(join(tmpdir(), 'greenroom-lite-'));
  const troubles: string[] = [];
  const strangers: string[] = [];
  let devices: readonly Device[] = [];
  let app: App;
  let browser: Browser;
  let page: Page;

  const card = (label: string) =>
    page.locator('article.card', { has: page.getByRole('heading', { name: label, exact: true }) });
  const shows = (label: string, part: string, text: string | RegExp) =>
    card(label).locator(part, { hasText: text }).waitFor();
  const isOk = (label: string) => shows(label, '.state', /^ready · ok/);
  const hasValue = (label: string, variable: string, value: string) =>
    shows(label, 'dl > div', new RegExp(`^${variable}${value}$`));

  beforeAll(async () => {
    devices = (await Promise.all([
      startProjector({ warmUp: 20 }),
      startLights({ pin: '90210' }),
    ])) as readonly Device[];
    await builtPath();
    [app, browser] = await Promise.all([startApp(data), launch()]);
    const context = await browser.newContext({ viewport: { width: 1000, height: 900 } });
    context.setDefaultTimeout(20_000);
    page = await context.newPage();
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('console', (message) => {
      // What the browser itself says of an app that is not there is no trouble of the page's.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        troubles.push(message.text());
    });
    page.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1:|data:)/.test(request.url())) strangers.push(request.url());
    });
    await page.goto(app.link);
    await page.locator('body[data-line="live"]').waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.end('SIGTERM');
    await Promise.all(devices.map((device) => device.close()));
    rmSync(data, { recursive: true, force: true });
  });

  it.each(cases)(
    'adds, configures and drives a module on API $api, and has it back as it was when it is killed',
    async ({ module, label, settings, action, variable, value }) => {
      await page.getByLabel('Module').selectOption(module);
      await page.locator('#add').getByLabel('Name').fill(label);
      await page.getByRole('button', { name: 'Add' }).click();
      const entered = settings(devices);
      const form = card(label).locator('form.settings');
      for (const [field, text] of Object.entries(entered))
        await form.getByLabel(field, { exact: true }).fill(text);
      await form.getByRole('button', { name: 'Save' }).click();
      await isOk(label);

      const press = card(label).locator('form.action', { hasText: action.name });
      await action.enter(press);
      await press.getByRole('button', { name: action.name }).click();
      await hasValue(label, variable, value);

      const pid = Number(await card(label).getAttribute('data-pid'));
      process.kill(pid, 'SIGKILL');
      await shows(label, '.facts', 'process 2');
      await shows(label, '.why', 'killed by SIGKILL while ready');
      await isOk(label);
      await hasValue(label, variable, value);
      expect(Number(await card(label).getAttribute('data-pid'))).not.toBe(pid);
      await card(label).getByRole('button', { name: 'Settings' }).click();
      expect(await form.getByLabel('Port').inputValue()).toBe(entered['Port']);
      expect(await form.getByLabel('Address').inputValue()).toBe('127.0.0.1');
      await form.getByRole('button', { name: 'Close' }).click();
    },
  );

  it('says what the module says of a wrong secret, never shows one, and keeps the old where none is entered', async () => {
    const form = card('Front lights').locator('form.settings');
    const open = async () => {
      const answered = page.waitForResponse('**/orders/fields');
      await card('Front lights').getByRole('button', { name: 'Settings' }).click();
      expect(await (await answered).text()).not.toMatch(/90210|012345/);
      await form.getByRole('button', { name: 'Save' }).waitFor();
    };
    const save = () => form.getByRole('button', { name: 'Save' }).click();
    await open();
    expect(await form.getByLabel('PIN').inputValue()).toBe('');
    await form.getByLabel('PIN').fill('012345');
    await save();
    await shows('Front lights', '.state', 'authentication_failure · The PIN is not the right one');
    await open();
    await form.getByLabel('PIN').fill('90210');
    await save();
    await isOk('Front lights');
    await open();
    await form.getByLabel('Channels').selectOption('2 channels');
    await form.getByLabel('Name').fill('Front');
    await save();
    await card('Front').locator('dl > div').nth(2).waitFor({ state: 'detached' });
    await isOk('Front');
  });

  it('tells why an action failed', async () => {
    await devices[1]?.close();
    await shows('Front', '.state', /^ready · (disconnected|unknown_error)/);
    const press = card('Front').locator('form.action', { hasText: 'Black out' });
    await press.getByRole('button').click();
    await press.locator('.error', { hasText: 'The lights are not connected.' }).waitFor();
    const { port = 0 } = devices[1] ?? {};
    devices = [devices[0]!, (await startLights({ pin: '90210', port })) as Device];
    await isOk('Front');
  });

  it('is readable for everybody in light and dark, also on a phone, and asks nobody else for anything', async () => {
    await card('Front').getByRole('button', { name: 'Settings' }).click();
    await card('Front').locator('form.settings').waitFor();
    for (const [colorScheme, width] of [
      ['light', 1000],
      ['dark', 360],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect(await violations(page)).toEqual([]);
    }
    expect(strangers).toEqual([]);
  });

  it('has all connections, configs and secrets again after the app was killed, and says meanwhile that it is not there', async () => {
    await app.end('SIGKILL');
    await page.locator('body[data-line="lost"] #line', { hasText: 'What you see was true at' }).waitFor();
    expect(readFileSync(join(data, 'connections.json'), 'utf8')).not.toContain('90210');
    expect(statSync(join(data, 'secrets.json')).mode & 0o777).toBe(0o600);
    app = await startApp(data);
    await page.goto(app.link);
    for (const label of ['Main projector', 'Front']) await isOk(label);
    await hasValue('Main projector', 'Input', 'SDI');
    page.once('dialog', (dialog) => void dialog.accept());
    await card('Main projector').getByRole('button', { name: 'Remove' }).click();
    await card('Main projector').waitFor({ state: 'detached' });
    await expect.poll(() => readFileSync(join(data, 'connections.json'), 'utf8')).not.toContain('projector');
  });

  it('lets nobody in without the token, from another origin or under another name', async () => {
    const { origin, port } = new URL(app.link);
    const [, token = ''] = app.link.split('#token=');
    const ask = (headers: Record<string, string>) =>
      fetch(`${origin}/orders/add`, {
        method: 'POST',
        headers,
        body: '{"module":"stage-lights","label":"x"}',
      });
    const authorization = `Bearer ${token}`;
    const answers = await Promise.all([
      ask({}),
      ask({ authorization: `Bearer ${token.slice(1)}0` }),
      ask({ authorization, origin: 'http://evil.example' }),
      ask({ authorization, 'sec-fetch-site': 'cross-site' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 403, 403]);
    const stranger = await browser.newPage();
    expect((await stranger.goto(`http://evil.example:${port}/`))?.status()).toBe(421);
    await stranger.goto(origin);
    await stranger.locator('body[data-line="refused"]').waitFor();
    expect(await stranger.locator('article').count()).toBe(0);
    await stranger.close();
  });

  it('goes on showing what was true when the app is ended, as such', async () => {
    await app.end('SIGTERM');
    await page.locator('body[data-line="lost"]').waitFor();
    await shows('Front', '.state', /^ready · ok/);
    const since = await page.locator('#line').textContent();
    // A second and more, in which the page asks in vain.
    for (let asked = 0; asked < 3; asked++) await page.waitForEvent('requestfailed');
    expect(await page.locator('#line').textContent()).toBe(since);
    expect(troubles).toEqual([]);
  });
});

interface App {
  readonly link: string;
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts the example as its script does; resolves with the link that it prints. */
async function startApp(data: string): Promise<App> {
  const program = join(import.meta.dirname, '../../examples/companion-lite/main.js');
  const child = spawn(process.execPath, [program, '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { link: await firstLine(child), end: (signal) => ended(child, signal) };
}

function firstLine({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    stdout?.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
    stdout?.once('end', () => reject(new Error('The app ended before it printed its link.')));
  });
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  child.kill(signal);
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
  });
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations: found } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return found.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  });
}
