#!/usr/bin/env node
import { GreenroomError } from '../index.ts';
import { readArguments, UsageError, type Command } from './arguments.ts';
import { check } from './check/check.ts';
import { help } from './help.ts';
import { run } from './run/run.ts';
import { packageVersion } from '../package-version.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    return await perform(readArguments(args));
  } catch (error) {
    const usage = error instanceof UsageError ? ' See greenroom --help.' : '';
    const isExpected = error instanceof UsageError || error instanceof GreenroomError;
    console.error(isExpected ? `${error.message}${usage}` : error);
    return 2;
  }
}

async function perform(command: Command): Promise<number> {
  if (command.name === 'run') return run(command);
  if (command.name === 'check') return check(command);
  process.stdout.write(command.name === 'help' ? help : `${packageVersion()}\n`);
  return 0;
}
