import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments.ts';
import { greenroom, root } from './command.ts';

describe('the command line', () => {
  test('of run has its defaults', () => {
    expect(readArguments(['run', 'a.json'])).toEqual({
      name: 'run',
      file: 'a.json',
      json: false,
      untilReady: false,
      timeout: 30_000,
      dashboard: null,
      metrics: false,
      control: true,
    });
  });

  test.each([
    [['--dashboard'], 4780],
    [['--dashboard=0'], 0],
    [['--dashboard', '--json'], 4780],
  ])('of run with %j has a dashboard at port %i', (options, port) => {
    expect(readArguments(['run', 'a.json', ...options])).toMatchObject({ file: 'a.json', dashboard: port });
  });

  test.each([
    [['--metrics'], 4780],
    [['--metrics', '--dashboard=0'], 0],
  ])('of run with %j has metrics beside a dashboard at port %i', (options, dashboard) => {
    expect(readArguments(['run', 'a.json', ...options])).toMatchObject({ metrics: true, dashboard });
  });

  test('takes the timeout in seconds', () => {
    expect(readArguments(['run', 'a.json', '--until', 'ready', '--timeout', '0.5', '--json'])).toEqual({
      name: 'run',
      file: 'a.json',
      json: true,
      untilReady: true,
      timeout: 500,
      dashboard: null,
      metrics: false,
      control: true,
    });
  });

  test('of check has its defaults', () => {
    expect(readArguments(['check', 'a'])).toEqual({
      name: 'check',
      path: 'a',
      config: null,
      channel: 'lines',
      timeout: 30_000,
    });
  });

  test.each([
    [['walk'], 'There is no command "walk"; there are run, status, enable, disable, restart, logs, check.'],
    [['run'], 'greenroom run needs a JSON file of connections. Give its path.'],
    [['run', 'a', 'b'], 'greenroom run takes one path, but got 2: a, b.'],
    [
      ['run', 'a', '--config', 'b'],
      'greenroom run has no option --config; it has --until, --timeout, --json, --dashboard, --metrics, --no-control.',
    ],
    [['run', 'a', '--until', 'done'], '--until can only be "ready", but is "done".'],
    [
      ['run', 'a', '--until', 'ready', '--timeout', 'soon'],
      '--timeout must be a number of seconds above 0, a day at most, but is "soon".',
    ],
    [
      ['run', 'a', '--timeout', '3'],
      '--timeout says how long --until ready waits; there is no --until. Add it.',
    ],
    [['run', 'a', '--jsn'], "Unknown option '--jsn'"],
    [['run', 'a', '--dashboard=web'], '--dashboard must be a port, 0 for any that is free, but is "web".'],
    [['check', 'a', '--channel', 'pipe'], '--channel must be lines or stdio, but is "pipe".'],
  ])('%j is refused, saying why', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  test('that is wrong ends with 2 and points to the help', async () => {
    const { code, stderr } = await greenroom('run');
    expect(code).toBe(2);
    expect(stderr).toContain('See greenroom --help.');
  });

  test('asks for help and for the version', async () => {
    const [help, version] = await Promise.all([greenroom('--help'), greenroom('--version')]);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('greenroom run <file.json>');
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(version).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });
});
