#!/usr/bin/env node
import { inspect } from 'node:util';
import { readArguments, UsageError, type Command } from './arguments.ts';
import { CommandFailed, Refused, Stranger } from './control/client.ts';
import { help } from './help.ts';
import { packageVersion } from '../package-version.ts';
import { printableLines } from './run/words.ts';

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
  const isOfRun = error instanceof CommandFailed || error instanceof Refused || error instanceof Stranger;
  // What it says may be from a module, or from its files.
  console.error(printableLines(await complaintOf(error)));
  return isOfRun ? 1 : 2;
}

async function complaintOf(error: unknown): Promise<string> {
  if (error instanceof CommandFailed || error instanceof Refused) return error.message;
  if (error instanceof Stranger) return `The run has ended meanwhile: ${error.message}.`;
  if (error instanceof UsageError) return `${error.message} See greenroom --help.`;
  const { GreenroomError } = await import('../index.ts');
  return error instanceof GreenroomError ? error.message : inspect(error);
}
