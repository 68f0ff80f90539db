import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { fixture, greenroom, start } from './command.ts';
import { connectionsFile } from './folder.ts';

const titles = [
  'can be started from its files',
  'registers',
  'initialises',
  'stays ready and answers heartbeats',
  'answers a call it does not know with an error',
  'takes a config that changes',
  'comes back when killed while ready',
  'comes back when killed right after its start',
  'comes back when killed while registering',
  'comes back when killed while initialising',
  'restarts when ordered, with one stop and one start',
  'sends nothing that is not understood',
  'stops when asked',
  'leaves no process behind',
];

function marked(stdout: string, mark: string): string[] {
  return titles.filter((title) => stdout.includes(`  ${mark} ${title}`));
}

test.concurrent.each([
  ['a Node module', 'test/cli/fixtures/obedient.js'],
  ['a Python module', 'examples/python/thermometer.py'],
])('%s that does all it must passes every check', async (kind, path) => {
  const { code, stdout, stderr } = await greenroom('check', path);
  expect(stdout).toContain(`${path}, ${kind}`);
  expect(marked(stdout, '✓')).toEqual(titles);
  expect(stdout).toMatch(/^14 passed, 0 failed, 0 skipped/m);
  expect(stdout).toMatch(/✓ comes back when killed while ready .*killed while ready, back in \d+ ms/);
  expect(stdout).toMatch(/✓ comes back when killed right after its start .*killed while registering, back/);
  expect(stdout).toMatch(/✓ comes back when killed while initialising .*killed while initialising, back/);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('whoever has read enough ends the check, quietly', async () => {
  const command = await start(['check', fixture('obedient.js')]);
  await command.until(() => command.stdout.includes('✓ can be started'), 'the first step is told');
  command.process.stdout?.destroy();
  const { code, stderr } = await command.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test.concurrent('what a module can do only after it is ready is skipped when it does not get ready, and it is told why', async () => {
  const { code, stdout } = await greenroom('check', fixture('fails-its-init.js'));
  expect(code).toBe(1);
  expect(marked(stdout, '✗')).toEqual(['initialises']);
  expect(stdout).toContain('the device said no');
  expect(stdout).toContain('Give it the config it needs with --config.');
  expect(marked(stdout, '–')).toHaveLength(10);
  expect(stdout).toMatch(/^3 passed, 1 failed, 10 skipped/m);
});

test.concurrent('a module whose event loop hangs fails for its heartbeats', async () => {
  const { code, stdout } = await greenroom('check', fixture('hangs-at-times.js'));
  expect(code).toBe(1);
  expect(marked(stdout, '✗')).toContain('stays ready and answers heartbeats');
  expect(stdout).toContain('Something blocks its event loop');
});

test.concurrent('a module that answers unknown calls, sends what nobody knows and exits with a code fails for each', async () => {
  const { code, stdout } = await greenroom('check', fixture('says-what-nobody-knows.mjs'));
  expect(code).toBe(1);
  expect(marked(stdout, '✗')).toEqual([
    'answers a call it does not know with an error',
    'sends nothing that is not understood',
    'stops when asked',
  ]);
  expect(stdout).toContain('$nonsense');
  expect(stdout).toContain('It exited with code 3.');
});

test.concurrent('the config of a file is what the module is initialised with', async () => {
  const module = 'test/module/fixtures/needs-an-address.mjs';
  const config = join(dirname(connectionsFile('')), 'config.json');
  writeFileSync(config, JSON.stringify({ address: '127.0.0.1' }));
  const [without, given] = await Promise.all([
    greenroom('check', module),
    greenroom('check', module, '--config', config),
  ]);
  expect(marked(without.stdout, '✗')).toEqual(['initialises']);
  expect(marked(given.stdout, '✓')).toContain('initialises');
});

test.concurrent('a path that holds no module ends with 2', async () => {
  const [nothing, folder] = await Promise.all([
    greenroom('check', 'there/is/nothing.js'),
    greenroom('check', 'docs'),
  ]);
  expect(nothing).toMatchObject({ code: 2, stdout: '' });
  expect(nothing.stderr).toContain('there/is/nothing.js: there is nothing at this path.');
  expect(folder.stderr).toContain('neither companion/manifest.json nor a package.json with "main"');
});
