#!/usr/bin/env node
import { readArguments, UsageError, type Command } from './arguments.ts';
import { CommandFailed, Refused, Stranger } from './control/client.ts';
import { help } from './help.ts';
import { packageVersion } from '../package-version.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    return await perform(readArguments(args));
  } catch (error) {
    return complain(error);
  }
}

/** Each loads only what it needs: an order is given in a fraction of the time in which the library is loaded. */
async function perform(command: Command): Promise<number> {
  if (command.name === 'run') return (await import('./run/run.ts')).run(command);
  if (command.name === 'check') return (await import('./check/check.ts')).check(command);
  if (command.name !== 'help' && command.name !== 'version')
    return (await import('./control/control.ts')).control(command);
  process.stdout.write(command.name === 'help' ? help(command.of) : `${packageVersion()}\n`);
  return 0;
}

async function complain(error: unknown): Promise<number> {
  if (error instanceof CommandFailed || error instanceof Refused) {
    console.error(error.message);
    return 1;
  }
  if (error instanceof Stranger) {
    console.error(`The run has ended meanwhile: ${error.message}.`);
    return 1;
  }
  if (error instanceof UsageError) {
    console.error(`${error.message} See greenroom --help.`);
    return 2;
  }
  const { GreenroomError } = await import('../index.ts');
  console.error(error instanceof GreenroomError ? error.message : error);
  return 2;
}
