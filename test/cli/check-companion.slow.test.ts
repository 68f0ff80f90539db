import { expect, type onTestFinished, test } from 'vitest';
import { node22, without22 } from '../companion/node-22.ts';
import { createModuleFolder, runtimeFor, type Sdk, sdk2, sdkVersions } from '../companion/sdk.ts';
import { greenroom } from './command.ts';

const newest = sdkVersions.at(-1)!;
const passing = [newest, ...(node22 === undefined ? [] : [sdk2])].map((sdk) => [sdk.version, sdk] as const);

test.concurrent.for(passing)(
  `a Companion module on base %s that does all it must passes every check${without22}`,
  async ([, sdk], context) => {
    const folder = await moduleFolder(context, sdk, 'every-message');
    const { code, stdout, stderr } = await greenroom('check', folder);
    expect(stdout).toContain(`${folder}, a Companion module`);
    expect(stdout).toMatch(/^22 passed, 0 failed, 0 skipped/m);
    expect(stdout).toMatch(/✓ takes a config made from its config fields .*3 fields/);
    const actions = sdk === sdk2 ? 12 : 11;
    expect(stdout).toContain(`${actions} actions, 3 feedbacks, 1 presets, 6 variables`);
    // Two of them use a socket that it was not configured to have.
    expect(stdout).toMatch(/✓ goes on after each of its actions .* worked: send failed .*; leave failed/);
    expect(stdout).toContain(`${actions - 2} of ${actions} worked`);
    expect(stdout).toMatch(/✓ goes on after each of its feedbacks .*3 of 3 worked/);
    expect(stdout).toMatch(/✓ comes back when killed amidst an action .*killed while ready, back in \d+ ms/);
    expect(stdout).toMatch(/✓ comes back when killed while stopping .*killed while stopping, back in \d+ ms/);
    expect(stdout).toMatch(/✓ comes back when killed while initialising .*killed while initialising, back/);
    expect(stdout).toMatch(
      /✓ has been measured .*registered \d+ ms after its start, ready \d+ ms later, \d+ MiB/,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
);

test.concurrent('a Companion module that ends when it is used, and offers what can’t be chosen, is told so', async (context) => {
  const { code, stdout } = await greenroom(
    'check',
    await moduleFolder(context, newest, '../../cli/fixtures/companion-breaks'),
  );
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ has a manifest as its SDK wants it .*\n +The manifest: .*"repository"/);
  expect(stdout).toContain('✗ defines what people can use');
  expect(stdout).toContain('config, field port: its default 0 is not between its limits');
  expect(stdout).toContain('action fine, field input: its default "sdi" is none of its choices');
  expect(stdout).toContain('preset lost: there is no action nowhere');
  expect(stdout).toContain('✗ goes on after each of its actions');
  expect(stdout).toMatch(/after action ends: .*4/);
  expect(stdout).toContain('the socket is gone');
  expect(stdout).toContain('✓ stops when asked');
});

test.concurrent('a Companion module that ends by a config made from its own fields is told so', async (context) => {
  const folder = await moduleFolder(context, newest, '../../cli/fixtures/companion-ends-by-config');
  const { code, stdout } = await greenroom('check', folder);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /✗ takes a config made from its config fields .*\n +It did not survive \{"port":5\}: .*4/,
  );
  expect(stdout).toContain('| there is no device at port 5');
  expect(stdout).toContain('✓ stops when asked');
});

interface Context {
  readonly onTestFinished: typeof onTestFinished;
}

async function moduleFolder(context: Context, sdk: Sdk, fixture: string): Promise<string> {
  const module = await createModuleFolder(sdk, fixture, runtimeFor(sdk));
  context.onTestFinished(() => module.remove());
  return module.folder;
}
