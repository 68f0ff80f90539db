import { expect, test } from 'vitest';
import { fixture, greenroom } from './command.ts';
import { connectionsFile } from './folder.ts';

const pin = 'hunter2-secret';
const policy = { restart: 'temporary' };

const ways = [{ options: ['--json'] }, { options: [] }];

test.each(ways)('greenroom run $options shows no secret, whatever a module says', async ({ options }) => {
  const lamp = { id: 'lamp', module: fixture('tells-its-pin.js'), secrets: { pin }, policy };
  const file = connectionsFile({ connections: [lamp] });
  const { code, stdout, stderr } = await greenroom('run', file, '--until', 'ready', ...options);
  expect(code).toBe(1);
  expect(stdout).toContain('connecting with [secret]');
  expect(stdout).toContain('the pin is [secret]');
  expect(stdout).toContain('the device refused [secret]');
  expect(stdout).toContain('broken by [secret]');
  expect(stdout + stderr).not.toContain(pin);
});

test('a secret that is a word of ours leaves the words that --json promises', async () => {
  const secrets = { words: ['ready', 'stdout', 'status'] };
  const file = connectionsFile({ connections: [{ id: 'lamp', module: fixture('obedient.js'), secrets }] });
  const { code, stdout } = await greenroom('run', file, '--until', 'ready', '--json');
  expect(code).toBe(0);
  expect(stdout).toContain('"event":"status","connection":"lamp","state":"ready"');
  expect(stdout).toContain('"stream":"stdout","line":"a line"');
});
