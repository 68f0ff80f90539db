import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { builtPath } from '../built.ts';
import { Command, fixture } from './command.ts';
import { connectionsFile } from './folder.ts';

// util-linux's `script` gives a program a terminal; the one of macOS takes other arguments.
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
if (!hasScript && process.env['CI'])
  throw new Error('These tests need the command "script" of util-linux. Install it.');

async function inTerminal(args: string, env: Record<string, string> = {}): Promise<Command> {
  const main = join(await builtPath(), 'cli', 'main.js');
  const line = `stty rows 24 cols 80; exec '${process.execPath}' '${main}' ${args}`;
  const environment: NodeJS.ProcessEnv = { ...process.env, TERM: 'xterm-256color', ...env };
  // Only what the test says decides about colours; vitest sets variables of its own.
  if (!('FORCE_COLOR' in env)) delete environment['FORCE_COLOR'];
  if (!('NO_COLOR' in env)) delete environment['NO_COLOR'];
  delete environment['CI'];
  const child = spawn('script', ['-qfec', line, '/dev/null'], {
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const command = new Command(child);
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await command.ended;
  });
  return command;
}

const screen = (command: Command): string => stripVTControlCharacters(command.stdout);

test.skipIf(!hasScript)(
  'in a terminal the table shows a killed module come back, with the cause of its death',
  async () => {
    const file = connectionsFile({
      hint: 'kill -9 {lamp.pid} now',
      connections: [{ id: 'lamp', module: fixture('obedient.js') }],
    });
    const command = await inTerminal(`run '${file}'`);
    await command.until(() => /kill -9 \d+ now/.test(screen(command)), 'the hint has a pid');
    await command.until(() => screen(command).includes('1 of 1 ready'), 'it is ready');
    await command.until(
      () => /● ready +lamp +\w+ +#1 +\d+ +ok: all well/.test(screen(command)),
      'the row says so',
    );
    expect(command.stdout).toContain('\u001B[32m●');
    const pid = Number(/kill -9 (\d+) now/.exec(screen(command))?.[1]);
    process.kill(pid, 'SIGKILL');
    await command.until(
      () => /killed by SIGKILL while ready, back after \d+m?s/.test(screen(command)),
      'it is back',
    );
    await command.until(
      () => /● ready +lamp +\w+ +#2 +\d+ +1 +ok: all well/.test(screen(command)),
      'the row says so',
    );
    command.process.stdin?.write('\u0003');
    const { code } = await command.ended;
    expect(code).toBe(0);
    expect(screen(command)).toContain('everything is stopped');
  },
);

test.skipIf(!hasScript)('NO_COLOR takes the colours out of the table', async () => {
  const file = connectionsFile({ connections: [{ id: 'lamp', module: fixture('obedient.js') }] });
  const command = await inTerminal(`run '${file}' --until ready`, { NO_COLOR: '1' });
  expect((await command.ended).code).toBe(0);
  expect(command.stdout).toContain('lamp');
  expect(command.stdout).not.toContain('\u001B[32m');
});
