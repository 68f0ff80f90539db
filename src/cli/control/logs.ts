import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { jsonLine, printable, timeOfDay } from '../run/words.ts';
import type { ChangesTold, ConnectionsAnswer, LogAnswer } from './answers.ts';
import { pathOf, Refused, type Client } from './client.ts';
import { checkNames } from './named.ts';

export interface LogsOptions {
  /** Null for all. */
  readonly connection: string | null;
  readonly follow: boolean;
  readonly json: boolean;
}

/** What is written of a line of a log. */
interface Entry {
  readonly connection: string;
  readonly line: LogAnswer['lines'][number];
}

/**
 * Writes what modules wrote and logged lately, oldest first, and with `follow` what they go on to write until the run ends.
 * @throws {UsageError} When there is no such connection.
 */
export async function writeLogs(
  client: Client,
  { connection, follow, json }: LogsOptions,
  out: Writable,
): Promise<void> {
  const present = await client.get<ConnectionsAnswer>('connections');
  const ids = present.connections.map(({ status }) => status.id);
  if (connection !== null) checkNames([connection], ids);
  const names = connection === null ? ids : [connection];
  const write = json ? asJson : plainLine(Math.max(0, ...names.map((name) => name.length)));
  const seen = new Map<string, number>();
  const tell = async (changed: readonly string[]): Promise<void> => {
    const asked = changed.filter((id) => connection === null || id === connection);
    const entries = (await Promise.all(asked.map((id) => news(client, id, seen)))).flat();
    for (const entry of entries.toSorted((a, b) => a.line.at - b.line.at))
      if (!out.write(`${write(entry)}\n`)) await once(out, 'drain');
  };
  await tell(names);
  if (!follow) return;
  for await (const { event, data } of client.events(new AbortController().signal))
    if (event === 'connections') await tell((data as ChangesTold).items.map(({ status }) => status.id));
  console.error('The run has ended.');
}

/** The lines of a log that were not seen yet. */
async function news(client: Client, connection: string, seen: Map<string, number>): Promise<Entry[]> {
  const after = seen.get(connection) ?? 0;
  const log = await logAfter(client, connection, after);
  if (log === null) return [];
  seen.set(connection, log.last);
  // Another connection has the id by now, and its lines are numbered anew.
  if (log.last < after) return news(client, connection, seen.set(connection, 0));
  if (log.lost > 0)
    console.error(`${printable(connection)}: ${log.lost} earlier lines are not kept any more.`);
  return log.lines.map((line) => ({ connection, line }));
}

/** Null if it was removed meanwhile. */
async function logAfter(client: Client, connection: string, after: number): Promise<LogAnswer | null> {
  try {
    return await client.get<LogAnswer>(pathOf(connection, `/log?after=${after}`));
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function asJson({ connection, line: { at, seq, ...rest } }: Entry): string {
  return jsonLine({ time: new Date(at).toISOString(), connection, seq, ...rest });
}

const marks = { stdout: '|', stderr: '!', log: '·', notice: '…' } as const;

function plainLine(width: number): (entry: Entry) => string {
  return ({ connection, line: { at, stream, level, text } }) => {
    const said = level === null ? text : `${level}: ${text}`;
    return `${timeOfDay(at)} ${printable(connection).padEnd(width)}  ${marks[stream]} ${printable(said)}`;
  };
}
