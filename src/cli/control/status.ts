import type { ConnectionStory, ConnectionSummary } from '../../history/told.ts';
import type { ManagerStatus } from '../../index.ts';
import { crashText, rank, statusText, type Row } from '../run/board.ts';
import { hasColours } from '../run/paint.ts';
import { moduleStatus } from '../run/sentences.ts';
import { drawTable } from '../run/table.ts';
import { jsonLine, printableLines } from '../run/words.ts';
import type { ConnectionsAnswer } from './answers.ts';
import { pathOf, type Client } from './client.ts';
import { checkNames } from './named.ts';

export interface StatusOptions {
  /** Null for all. */
  readonly connection: string | null;
  readonly json: boolean;
}

/**
 * Writes how the connections are, or all that is known of one; resolves with whether each that is wanted is ready.
 * @throws {UsageError} When there is no such connection.
 */
export async function writeStatus(
  client: Client,
  { connection, json }: StatusOptions,
  out: NodeJS.WriteStream,
): Promise<boolean> {
  const { connections } = await client.get<ConnectionsAnswer>('connections');
  if (connection !== null) {
    checkNames(
      [connection],
      connections.map(({ status }) => status.id),
    );
    return writeStory(client, connection, json, out);
  }
  if (json) {
    const status = await client.get<ManagerStatus>('status');
    out.write(`${jsonLine(status)}\n`);
    return status.connections.every(isWell);
  }
  out.write(`${tableOf(client, connections, out).join('\n')}\n`);
  return connections.every(({ status }) => isWell(status));
}

async function writeStory(
  client: Client,
  connection: string,
  json: boolean,
  out: NodeJS.WriteStream,
): Promise<boolean> {
  const story = await client.get<ConnectionStory>(pathOf(connection));
  const diagnosis = json ? '' : await client.text(pathOf(connection, '/diagnosis'));
  out.write(`${json ? jsonLine(story) : printableLines(diagnosis.trimEnd())}\n`);
  return isWell(story.status);
}

function isWell({ wanted, state }: ConnectionSummary['status']): boolean {
  return !wanted || state === 'ready';
}

/** As the live table, but once and with all of them; where nobody looks it is as wide as it needs to be. */
function tableOf(
  { run }: Client,
  connections: readonly ConnectionSummary[],
  out: NodeJS.WriteStream,
): string[] {
  return drawTable({
    rows: connections.map(rowOf).toSorted((a, b) => rank(a) - rank(b)),
    title: `${run.file} · pid ${run.pid}`,
    upFor: '',
    deaths: 'RE/H',
    hint: '',
    notices: [],
    now: Date.now(),
    columns: out.isTTY && out.columns > 0 ? out.columns : Number.POSITIVE_INFINITY,
    lines: Number.POSITIVE_INFINITY,
    colours: hasColours(out),
  });
}

function rowOf({ status, says, restarts }: ConnectionSummary): Row {
  const { lastExit, reason, since, state } = status;
  const isStuck = state === 'failed' || state === 'misconfigured';
  return {
    status,
    crashes: restarts,
    says: says === null ? null : { level: says.level, text: moduleStatus(says) },
    lastCrash: lastExit?.crash === true ? { at: lastExit.at, text: crashText(lastExit) } : null,
    lastEvent: isStuck ? { at: since, text: statusText(state, reason) } : null,
  };
}
