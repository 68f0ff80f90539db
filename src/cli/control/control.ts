import type { ControlCommand } from '../arguments.ts';
import { endWithReader } from '../end-with-reader.ts';
import { jsonLine, printable, printableLines } from '../run/words.ts';
import { findRun } from './find-run.ts';
import { writeLogs } from './logs.ts';
import { giveOrders, type Outcome } from './orders.ts';
import { writeStatus } from './status.ts';

/**
 * Speaks to a run that is going on; resolves with the exit code: 0 if all went well.
 * @throws {UsageError} When the connection or the run that is meant isn't clear. @throws {CommandFailed} When nothing runs, or doesn't answer.
 */
export async function control(command: ControlCommand): Promise<0 | 1> {
  endWithReader();
  const client = await findRun(command.run);
  if (command.name === 'logs') {
    await writeLogs(client, command, process.stdout);
    return 0;
  }
  const isWell =
    command.name === 'status'
      ? await writeStatus(client, command, process.stdout)
      : await giveOrders(client, { ...command, order: command.name }, tellerOf(command.json));
  return isWell ? 0 : 1;
}

function tellerOf(json: boolean): (outcome: Outcome) => void {
  if (json) return (outcome) => void process.stdout.write(`${jsonLine(outcome)}\n`);
  return ({ connection, outcome, text }) => {
    const isGood = outcome === 'accepted' || outcome === 'done';
    (isGood ? process.stdout : process.stderr).write(`${printable(connection)}: ${printableLines(text)}\n`);
  };
}
